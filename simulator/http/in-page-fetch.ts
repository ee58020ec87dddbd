import type { Handler } from './handler.js';

const MAX_REDIRECTS = 5;

/**
 * A `fetch` that calls a handler in place of the network, with what a page relies on: aborts (which never stop the handler, as they
 * never stop a server), `redirect`, and rejections. CORS, cookies and caches do not take part.
 *
 * @param base what relative URLs are resolved against
 */
export function inPageFetch(handler: Handler, base = 'https://pay.test/'): typeof fetch {
  const call = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input instanceof Request ? input : new URL(input, base), init);
    const { signal } = request;
    signal.throwIfAborted();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener(
        'abort',
        () => {
          reject(signal.reason as Error);
        },
        { once: true },
      );
    });
    const response = await Promise.race([deliver(handler, request), aborted]);
    return abortable(response, signal, aborted);
  };
  return call;
}

async function deliver(handler: Handler, request: Request): Promise<Response> {
  let next = await detached(request);
  for (let redirects = 0; ; redirects++) {
    const response = await handler(next);
    const location = response.headers.get('location');
    if (!location || response.status < 300 || response.status > 399) return response;
    if (request.redirect === 'manual') return opaqueRedirect();
    if (request.redirect === 'error' || redirects === MAX_REDIRECTS) throw new TypeError('Failed to fetch');
    next = new Request(new URL(location, next.url), { headers: next.headers });
  }
}

/** The request as the server gets it: whole, and out of the page's reach. */
async function detached(request: Request): Promise<Request> {
  const { url, method, headers } = request;
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  return new Request(url, { method, headers, body: await request.arrayBuffer() });
}

/** What a page gets for a redirect that it asked not to follow: nothing to read but its type. */
function opaqueRedirect(): Response {
  return Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' });
}

/**
 * The response, whose body fails once the page aborts: with the abort's own reason, as over a network, where a stream made in the
 * page would give a `TypeError`.
 */
function abortable(response: Response, signal: AbortSignal, aborted: Promise<never>): Response {
  if (!response.body) return response;
  const { status, statusText, headers } = response;
  const body = response.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal });
  const whole = new Response(body, { status, statusText, headers });
  for (const method of ['arrayBuffer', 'blob', 'json', 'text'] as const) {
    const read = whole[method].bind(whole) as () => Promise<unknown>;
    Object.defineProperty(whole, method, { value: () => Promise.race([read().catch(asNetworkError), aborted]) });
  }
  return whole;
}

/** Firefox calls a broken stream an abort, though nobody aborted; a broken connection it calls a `TypeError`, as all do. */
function asNetworkError(error: unknown): never {
  throw error instanceof DOMException ? new TypeError('Failed to fetch') : error;
}
