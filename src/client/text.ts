/** A non-empty string, a finite number as its decimal, or nothing. */
export function toText(value: unknown): string | undefined {
  return (typeof value === 'string' && value) || Number.isFinite(value) ? String(value) : undefined;
}

/** How often a queue or a text column may have turned JSON into a string of JSON. */
const MAX_LAYERS = 5;

/** What a JSON text says, after byte order marks and white space; any other value as it is. */
export function parseText(value: unknown): unknown {
  let parsed = value;
  try {
    for (let layer = 0; layer < MAX_LAYERS && typeof parsed === 'string'; layer++) parsed = JSON.parse(parsed.trim());
  } catch {
    // No JSON: a plain text.
  }
  return parsed;
}
