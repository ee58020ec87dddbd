/** Whether this page may be on the very phone that the prompt goes to: a small screen that is touched. */
export function isPhone(): boolean {
  return matchMedia('(pointer: coarse) and (max-width: 40em)').matches;
}
