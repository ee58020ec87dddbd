import { type FetchLike, type Handler, json } from './handler.js';

/** Headers that belong to one connection, or that the other side sets for itself. */
const NOT_FORWARDED = [
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'origin',
  'referer',
  'transfer-encoding',
  'upgrade',
];
const NOT_RETURNED = ['connection', 'content-encoding', 'content-length', 'keep-alive', 'transfer-encoding'];

/** Passes requests on to a deployed payments API, path and query kept, and its answers back. */
export function proxyTo(baseUrl: string, fetch: FetchLike): Handler {
  const base = baseUrl.replace(/\/+$/, '');
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
    try {
      const response = await fetch(base + pathname + search, {
        method: request.method,
        headers: without(request.headers, NOT_FORWARDED),
        redirect: 'manual',
        ...(hasBody && { body: await request.arrayBuffer() }),
      });
      const { status, headers } = response;
      return new Response(response.body, { status, headers: without(headers, NOT_RETURNED) });
    } catch {
      return json({ error: 'The payments API could not be reached' }, 502);
    }
  };
}

function without(headers: Headers, names: readonly string[]): Headers {
  const kept = new Headers(headers);
  for (const name of names) kept.delete(name);
  return kept;
}
