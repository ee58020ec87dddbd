import { FakeClock } from './fake-clock.js';

/**
 * A fake clock for a world that is fake throughout: where nothing waits for more than promises, one turn of the event
 * loop is enough to let all of them run their course.
 */
export class QuickClock extends FakeClock {
  override flush(): Promise<void> {
    return new Promise((resolve) => {
      nextTurn(resolve);
    });
  }
}

/** Runs a callback once no promise has anything left to do. */
function nextTurn(callback: () => void): void {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (setImmediate) {
    setImmediate(callback);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = () => {
    port1.close();
    callback();
  };
  port1.postMessage(null);
}
