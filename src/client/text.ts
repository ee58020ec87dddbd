/** A non-empty string, a finite number as its decimal, or nothing. */
export function toText(value: unknown): string | undefined {
  return (typeof value === 'string' && value) || Number.isFinite(value) ? String(value) : undefined;
}
