/** The page's register of elements, and who else is in it. */

/**
 * Whether the name is to be had in this page. If not, and anything is amiss, the console says what. It stands alone: the one
 * file asks before anything of its own has run.
 */
export function isNameFree(version: string): boolean {
  const registry = globalThis.customElements as CustomElementRegistry | null | undefined;
  const other = registry?.get('vitumob-pay') as { version?: string } | undefined;
  if (registry && !other) return true;
  // A server has no page, and the same version twice does no harm.
  if (typeof document !== 'undefined' && other?.version !== version) {
    const why = other
      ? `${other.version ?? 'another class'} has the name. Load one of the two`
      : 'no customElements here. Load it in the page itself';
    console.warn(`<vitumob-pay> ${version} is not registered: ${why}.`);
  }
  return false;
}
