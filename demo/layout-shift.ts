/**
 * How much of the page has jumped since it began to load: the browser's own figure (CLS), without the two logs, which are lists that
 * grow. Only Chromium tells.
 */

interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  /** Somebody has just pressed or typed something, and so expects a change. */
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null }[];
}

const TYPE = 'layout-shift';

/** Calls back at once, and after each shift. Never, where the browser tells nothing. */
export function watchLayoutShift(told: (total: number) => void): void {
  if (!PerformanceObserver.supportedEntryTypes.includes(TYPE)) return;
  let total = 0;
  told(total);
  new PerformanceObserver((list) => {
    for (const { sources, value, hadRecentInput } of list.getEntries() as LayoutShift[]) {
      if (!hadRecentInput && !sources.every(({ node }) => isInLog(node))) total += value;
    }
    told(total);
  }).observe({ type: TYPE, buffered: true });
}

function isInLog(node: Node | null): boolean {
  const element = node instanceof Element ? node : node?.parentElement;
  return !!element?.closest('#event-log, #record');
}
