const waiting: (() => void)[] = [];
const TURN = 'next turn';

/**
 * The next turn of the event loop: by then, what only waited for promises has run. A page sends itself a message, which
 * stays in its own process: in WebKit, a `MessageChannel` goes through another one, and takes 100 times as long.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
    if (setImmediate) {
      setImmediate(resolve);
      return;
    }
    waiting.push(resolve);
    window.postMessage(TURN);
  });
}

// Ahead of all others: pages under test are not to hear of it.
if ('window' in globalThis) {
  window.addEventListener(
    'message',
    (event) => {
      if (event.source !== window || event.data !== TURN) return;
      event.stopImmediatePropagation();
      waiting.shift()?.();
    },
    { capture: true },
  );
}
