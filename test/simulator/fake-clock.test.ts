import { expect } from '@open-wc/testing';
import { FakeClock } from '../support/fake-clock.js';

describe('The fake clock', () => {
  it('stands still until it is moved', async () => {
    const clock = new FakeClock({ now: 1_000 });
    await clock.flush();
    expect([clock.now(), clock.monotonic()]).to.deep.equal([1_000, 0]);
    await clock.advance(500);
    expect([clock.now(), clock.monotonic()]).to.deep.equal([1_500, 500]);
  });

  it('fires timers in the order in which they fall due, each at its own time', async () => {
    const clock = new FakeClock({ now: 0 });
    const fired: string[] = [];
    const note = (name: string) => () => {
      fired.push(`${name} ${clock.now()}`);
    };
    clock.setTimeout(note('late'), 300);
    clock.setTimeout(note('first'), 100);
    clock.setTimeout(note('second'), 100);
    clock.setTimeout(note('too late'), 301);
    await clock.advance(300);
    expect(fired).to.deep.equal(['first 100', 'second 100', 'late 300']);
    expect(clock.pending).to.equal(1);
  });

  it('fires what a timer or its promises have set meanwhile', async () => {
    const clock = new FakeClock();
    const wait = (ms: number) =>
      new Promise<void>((resolve) => {
        clock.setTimeout(resolve, ms);
      });
    let done = false;
    void (async () => {
      await wait(10);
      await new Response('a body').text();
      await wait(10);
      done = true;
    })();
    await clock.advance(19);
    expect(done).to.equal(false);
    await clock.advance(1);
    expect(done).to.equal(true);
  });

  it('does not fire what was cleared', async () => {
    const clock = new FakeClock();
    let fired = false;
    const id = clock.setTimeout(() => {
      fired = true;
    }, 10);
    clock.clearTimeout(id);
    await clock.advance(10);
    expect(fired).to.equal(false);
    expect(clock.pending).to.equal(0);
  });

  it('jumps on the wall alone, forwards and back, without firing', () => {
    const clock = new FakeClock({ now: 0 });
    let fired = false;
    clock.setTimeout(() => {
      fired = true;
    }, 10);
    clock.jump(60_000);
    expect([clock.now(), clock.monotonic(), fired]).to.deep.equal([60_000, 0, false]);
    clock.jump(-120_000);
    expect(clock.now()).to.equal(-60_000);
  });
});
