import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startDemoServer, type DemoServer } from '../../demo/server/demo-server.js';
import { type Customer, type Tab, World } from './support.js';
import { assertNothingLeaked, Card, type Life, WILD_LIVES } from './wild-lives.js';

/** Orders that live on one page. */
const ON_A_PAGE = 25;
const PAGES_AT_A_TIME = 4;

/** Longer than all of it takes on any machine. */
const PATIENT = { timeout: '60000', 'prompt-window': '600000' };

describe('The fault matrix, with the bodies of the real world', () => {
  let world: World;
  let demo: DemoServer;
  let opening: Promise<unknown> = Promise.resolve();
  const wrong = new Map<Life, unknown>();
  const leaks: unknown[] = [];

  /** Pages open one after the other: a machine that starts several of so many elements at once takes very long for each. */
  function open(page: string): Promise<[Customer, Tab]> {
    const opened = opening.then(async (): Promise<[Customer, Tab]> => {
      const customer = await world.customer();
      return [customer, await customer.open(page)];
    });
    opening = opened;
    return opened;
  }

  /** Plays lives side by side, each as an element of one page. */
  async function play(lives: readonly Life[]): Promise<void> {
    const tags = lives.map(async ({ order, phone, start }) =>
      world.tag({ ...(await start(demo)), 'order-id': order, phone, ...PATIENT }),
    );
    const [customer, tab] = await open(world.page((await Promise.all(tags)).join('')));
    const playing = lives.map((life, index) =>
      life.play(new Card(tab, index, life.order)).catch((error: unknown) => wrong.set(life, error)),
    );
    await Promise.all(playing);
    const tokens = await Promise.all(lives.map(({ stop }) => stop()));
    const phones = lives.map(({ phone }) => phone.replace(/\D/g, '').slice(-9));
    await assertNothingLeaked(tab, tokens.flat(), phones).catch((error: unknown) => leaks.push(error));
    await customer.leave();
  }

  before(async () => {
    world = await World.open();
    demo = await startDemoServer({
      allowedOrigins: [world.shop],
      keepAlive: false,
      darajaSettings: { prompt_life_ms: 600_000 },
    });
    const todo = [...WILD_LIVES];
    const work = async (): Promise<void> => {
      while (todo.length > 0) await play(todo.splice(0, ON_A_PAGE));
    };
    await Promise.all(Array.from({ length: PAGES_AT_A_TIME }, work));
  });
  after(async () => {
    await world.close();
    await demo.close();
  });

  for (const life of WILD_LIVES) {
    it(`holds its promises if the answer at ${life.where} is ${life.body}: ${life.how}`, () => {
      const error = wrong.get(life);
      if (error) throw error as Error;
    });
  }

  it('leaves no token in an event, in the console or in storage, and no phone number in the last two', () => {
    assert.deepEqual(leaks, []);
  });
});
