/** Whether this page may be on the very phone that the prompt goes to: a small screen that is touched. */
export function isPhone(): boolean | undefined {
  // Gone with a test's DOM.
  return (globalThis as Partial<typeof globalThis>).matchMedia?.('(pointer: coarse) and (max-width: 40em)').matches;
}
