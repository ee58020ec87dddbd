/**
 * Whether the name `vitumob-pay` is free on this page. If not, whoever has it keeps it, and the page is told so once,
 * unless it is the same version, which does no harm. `dist/vitumob-pay.min.js` asks this before Lit runs in it, so this
 * function uses nothing of its module: the build copies its text.
 */
export function isNameFree(version: string): boolean {
  const warn = (problem: string) => {
    console.warn(`<vitumob-pay> ${version} is not registered: ${problem}.`);
  };
  // Neither a server nor the script of a browser extension has one.
  const registry = globalThis.customElements as CustomElementRegistry | null | undefined;
  if (!registry) {
    if (typeof document !== 'undefined') warn('no customElements here. Load it in the page itself');
    return false;
  }
  const other = registry.get('vitumob-pay') as { version?: string } | undefined;
  if (other && other.version !== version) warn(`${other.version ?? 'another class'} has the name. Load one of the two`);
  return !other;
}
