/** A copy of a JSON value in which every occurrence of the token is blotted out: a backend may echo it anywhere. */
export function redact(value: unknown, token: string): unknown {
  if (value === undefined) return value;
  // As it stands within a JSON string.
  const written = JSON.stringify(token).slice(1, -1);
  return JSON.parse(JSON.stringify(value).replaceAll(written, '[token]')) as unknown;
}
