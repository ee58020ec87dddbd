/** Takes the tokens out of what a backend says, before it is passed on: a backend may echo them anywhere. */

/** Only what a header can carry has been sent, and a shorter token is a dummy that would take half the answer with it. */
const SECRET = /^[!-~]{8,}$/;

/**
 * A copy of a JSON value without `tokens`, in keys and values: as they are, URL-encoded, escaped for JSON, and in
 * base64 at any offset (`Basic …`). Ids and outcomes are read from the value itself, which stays as it came.
 */
export function redact(value: unknown, tokens: readonly (string | undefined)[]): unknown {
  const spellings = tokens.flatMap((token) => (token && SECRET.test(token) ? spellingsOf(token) : []));
  if (!spellings.length) return value;
  const hide = (text: string) => spellings.reduce((hidden, spelling) => hidden.replaceAll(spelling, '[token]'), text);
  const root: unknown[] = [];
  // A list of what is still to be copied instead of recursion: a body may be nested deeper than the stack.
  const rest: [from: object, to: object][] = [[[value], root]];
  for (const [from, to] of rest) {
    for (const [key, item] of Object.entries(from) as [string, unknown][]) {
      let copy = typeof item === 'string' ? hide(item) : item;
      if (typeof item === 'object' && item) {
        copy = Array.isArray(item) ? [] : {};
        rest.push([item, copy as object]);
      }
      // An assignment to the key `__proto__` would set the prototype.
      Object.defineProperty(to, hide(key), { value: copy, writable: true, enumerable: true, configurable: true });
    }
  }
  return root[0];
}

function spellingsOf(token: string): string[] {
  const json = JSON.stringify(token).slice(1, -1);
  return [
    token,
    encodeURIComponent(token),
    json,
    json.replaceAll('/', '\\/'),
    // The letters at the ends belong to the neighbours too.
    ...['', 'x', 'xx'].map((before) =>
      btoa(before + token).slice(Math.ceil((before.length * 4) / 3), Math.floor(((before + token).length * 4) / 3)),
    ),
  ];
}
