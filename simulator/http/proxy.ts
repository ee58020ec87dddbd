import { proxy } from 'hono/proxy';
import { type Handler, json } from './handler.js';

/** Headers that the other side sets for itself; Hono leaves out those that belong to one connection. */
const NOT_FORWARDED = ['content-length', 'host', 'origin', 'referer'];

/** Passes requests on to a deployed payments API, path and query kept, and its answers back. */
export function proxyTo(baseUrl: string, fetch: (request: Request) => Promise<Response>): Handler {
  const base = baseUrl.replace(/\/+$/, '');
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    for (const name of NOT_FORWARDED) headers.delete(name);
    try {
      const raw = new Request(request, { headers });
      return await proxy(base + pathname + search, { raw, redirect: 'manual', customFetch: fetch });
    } catch {
      return json({ error: 'The payments API could not be reached' }, 502);
    }
  };
}
