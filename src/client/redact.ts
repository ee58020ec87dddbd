/** A copy of a JSON value in which every occurrence of the token is blotted out: a backend may echo it anywhere. */
export function redact(value: unknown, token: string | undefined): unknown {
  if (!token) return value;
  if (typeof value === 'string') return value.replaceAll(token, '[token]');
  if (Array.isArray(value)) return value.map((item) => redact(item, token));
  if (typeof value !== 'object' || !value) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key, token) as string, redact(item, token)]),
  );
}
