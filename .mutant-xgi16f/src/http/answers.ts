/** JSON that no cache keeps. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}

/** An error: what was wrong and what would be right. `retryAfter` is in seconds. */
export function fail(status: number, error: string, more: object = {}, retryAfter?: number): Response {
  return json(status, { error, ...more }, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
}
