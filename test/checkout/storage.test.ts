import { expect } from '@open-wc/testing';
import { createOrderStore, RECORD_LIFE_MS } from '../../src/browser/storage.js';
import type { OrderStore } from '../../src/checkout/environment.js';
import type { OrderRecord } from '../../src/model/attempt.js';
import { FakeStorage, type StorageProcess } from '../support/fake-storage.js';
import { QuickClock } from '../support/quick-clock.js';

const KEY = 'https://pay.test/push 1234567891';
const STORED = `vitumob-pay:${KEY}`;
const WINDOW_MS = 120_000;

describe('The store of orders', () => {
  let clock: QuickClock;
  let storage: FakeStorage;

  beforeEach(() => {
    clock = new QuickClock();
    storage = new FakeStorage(clock, { delayMs: 20 });
  });

  function page(process: StorageProcess = storage.open()): OrderStore {
    return createOrderStore({ storage: () => process.area, now: clock.now, events: process.countedEvents });
  }

  function record(changes: Partial<OrderRecord> = {}): OrderRecord {
    const since = clock.now();
    return {
      revision: 0,
      id: 'a1',
      phase: 'sent',
      phone: '2547*****123',
      amount: '12341',
      since,
      liveUntil: since + WINDOW_MS,
      ids: undefined,
      earlier: [],
      mayHaveUnknownPrompt: false,
      reason: undefined,
      outcome: undefined,
      ...changes,
    };
  }

  it('gives back what was written, as a newer revision each time', () => {
    const store = page();
    expect(store.read(KEY)).to.equal(undefined);
    expect(store.write(KEY, record())).to.deep.equal({ ...record(), revision: 1 });
    expect(store.write(KEY, record({ phase: 'prompted' })).revision).to.equal(2);
    expect(store.read(KEY)).to.include({ phase: 'prompted', revision: 2 });
  });

  it('remembers each order for itself', () => {
    const store = page();
    store.write(KEY, record());
    expect(store.read('https://pay.test/push 2')).to.equal(undefined);
    expect(store.read('https://elsewhere.test/push 1234567891')).to.equal(undefined);
  });

  it('is read by the page after a reload, and by other pages a while later', async () => {
    const process = storage.open();
    const other = page();
    page(process).write(KEY, record());
    expect(page(process).read(KEY)).to.include({ id: 'a1' });
    expect(other.read(KEY)).to.equal(undefined);
    await clock.advance(20);
    expect(other.read(KEY)).to.include({ id: 'a1' });
  });

  describe('where storage', () => {
    for (const trouble of ['denied', 'full'] as const) {
      it(`is ${trouble}, has the page's memory do`, () => {
        storage.trouble = trouble;
        const process = storage.open();
        const store = page(process);
        store.write(KEY, record());
        expect(store.read(KEY)).to.include({ phase: 'sent', revision: 1 });
        store.write(KEY, record({ phase: 'prompted' }));
        expect(store.read(KEY)).to.include({ phase: 'prompted', revision: 2 });
        expect(storage.entries).to.deep.equal({});
        expect(page(process).read(KEY), 'after a reload').to.equal(undefined);
      });
    }

    it('fails only later, goes by the newer of storage and memory', () => {
      const store = page();
      store.write(KEY, record());
      storage.trouble = 'full';
      store.write(KEY, record({ phase: 'prompted' }));
      expect(store.read(KEY)).to.include({ phase: 'prompted', revision: 2 });
      storage.trouble = 'none';
      store.write(KEY, record({ phase: 'paid' }));
      expect(JSON.parse(storage.open().area.getItem(STORED) ?? '{}')).to.deep.equal({});
      expect(store.read(KEY)).to.include({ phase: 'paid', revision: 3 });
    });

    it('is cleared, knows of nothing and goes on', () => {
      const store = page();
      store.write(KEY, record());
      storage.clear();
      expect(store.read(KEY)).to.equal(undefined);
      expect(store.write(KEY, record()).revision).to.equal(1);
    });

    const garbage: Readonly<Record<string, string>> = {
      'no JSON': '{"version":1,',
      nothing: '',
      null: 'null',
      'a number': '7',
      'an array': '[]',
      'another version': JSON.stringify({ version: 2, since: 1, liveUntil: 1, earlier: [] }),
      'an entry without a time': JSON.stringify({ version: 1, liveUntil: 1, earlier: [] }),
      'an entry whose times are words': JSON.stringify({ version: 1, since: 'x', liveUntil: 'y', earlier: [] }),
      'an entry without its earlier checkouts': JSON.stringify({ version: 1, since: 1, liveUntil: 1 }),
    };
    for (const [words, text] of Object.entries(garbage)) {
      it(`holds ${words}, takes it for nothing, and is cleaned up`, async () => {
        storage.seed(STORED, text);
        const store = page();
        expect(store.read(KEY)).to.equal(undefined);
        await clock.advance(20);
        expect(storage.entries).to.deep.equal({});
        store.write(KEY, record());
        expect(store.read(KEY)).to.include({ id: 'a1' });
      });
    }
  });

  describe('with time', () => {
    it('forgets an order a day after', async () => {
      const store = page();
      store.write(KEY, record());
      await clock.advance(RECORD_LIFE_MS - 1);
      expect(store.read(KEY)).to.include({ id: 'a1' });
      await clock.advance(1);
      expect(store.read(KEY)).to.equal(undefined);
    });

    it('removes what has expired when a page opens, and nothing else', async () => {
      page().write('old', record());
      storage.seed('the shop’s own', 'vitumob-pay:');
      await clock.advance(RECORD_LIFE_MS - 1);
      page().write('new', record());
      await clock.advance(20);
      page();
      await clock.advance(20);
      expect(Object.keys(storage.entries)).to.have.members(['the shop’s own', 'vitumob-pay:new']);
    });

    it('starts the window anew, once, where the clock was put back', () => {
      const store = page();
      store.write(KEY, record());
      clock.jump(-RECORD_LIFE_MS);
      const anew = { since: clock.now(), liveUntil: clock.now() + WINDOW_MS };
      expect(store.read(KEY)).to.include(anew);
      expect(store.read(KEY), 'read again').to.include(anew);
      clock.jump(WINDOW_MS);
      expect(store.read(KEY)?.liveUntil).to.equal(clock.now());
    });

    it('takes no vague clock for one that was put back', () => {
      const store = page();
      store.write(KEY, record());
      clock.jump(-1000);
      expect(store.read(KEY)).to.include({ revision: 1, since: clock.now() + 1000 });
    });
  });

  describe('calls back', () => {
    it('whoever subscribed to the order, when this page or another writes', async () => {
      const store = page();
      const heard: string[] = [];
      store.subscribe(KEY, () => heard.push('this order'));
      store.subscribe('another', () => heard.push('another order'));
      store.write(KEY, record());
      expect(heard).to.deep.equal(['this order']);
      page().write(KEY, record());
      await clock.advance(20);
      expect(heard).to.deep.equal(['this order', 'this order']);
    });

    it('nobody when the site’s data is cleared, or others’ keys change', async () => {
      const store = page();
      const heard: string[] = [];
      store.subscribe(KEY, () => heard.push('heard'));
      storage.open().area.setItem('the shop’s own', '1');
      await clock.advance(20);
      storage.clear();
      expect(heard).to.deep.equal([]);
    });

    it('nobody who has unsubscribed, and then listens to nothing', () => {
      const process = storage.open();
      const store = page(process);
      expect(process.listeners).to.equal(0);
      const heard: string[] = [];
      const end = store.subscribe(KEY, () => heard.push('first'));
      const endOther = store.subscribe(KEY, () => heard.push('second'));
      expect(process.listeners).to.equal(1);
      end();
      store.write(KEY, record());
      expect(heard).to.deep.equal(['second']);
      endOther();
      expect(process.listeners).to.equal(0);
    });
  });
});
