/**
 * The one caller of fetch. It adds a timeout, reads the body, and says in a tagged result what came of it. It never
 * retries, throws or logs, and knows no endpoint.
 */

/** What the outside world is to the client; tests hand in their own. */
export interface HttpEnvironment {
  fetch(url: string, init: RequestInit): Promise<Response>;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface HttpRequest {
  readonly url: string;
  readonly init: RequestInit;
  /** For head and body together. */
  readonly timeoutMs: number;
  /** Gives the request up; the result is `network`. */
  readonly signal?: AbortSignal | undefined;
}

export type HttpResult =
  | {
      readonly kind: 'response';
      readonly status: number;
      /** The parsed JSON; `undefined` where the body was none or could not be read to its end. */
      readonly body: unknown;
      /** The body was still coming when the time was up. */
      readonly stalled: boolean;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'redirect' | 'network' | 'timeout' };

export async function send(
  { url, init, timeoutMs, signal }: HttpRequest,
  environment: HttpEnvironment,
): Promise<HttpResult> {
  const aborter = new AbortController();
  const abort = () => {
    aborter.abort();
  };
  const time = { isUp: false };
  const timer = environment.setTimeout(() => {
    time.isUp = true;
    abort();
  }, timeoutMs);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort);
  try {
    const response = await untilAborted(environment.fetch(url, { ...init, signal: aborter.signal }), aborter.signal);
    if (response.type === 'opaqueredirect') return { kind: 'redirect' };
    const body = await untilAborted(response.text(), aborter.signal).then(parseJson, () => undefined);
    const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), environment.now());
    return {
      kind: 'response',
      status: response.status,
      body,
      stalled: time.isUp,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    };
  } catch {
    // Which of its many words a browser has for a broken connection tells nothing that could be acted on.
    return { kind: time.isUp ? 'timeout' : 'network' };
  } finally {
    environment.clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** A `fetch` that was handed in may not heed its signal; the caller's time is up all the same. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => {
      reject(new DOMException('aborted', 'AbortError'));
    };
    if (signal.aborted) give();
    signal.addEventListener('abort', give, { once: true });
    promise.then(resolve, reject);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** RFC 9110: seconds, or a date. */
function parseRetryAfter(header: string | null, now: number): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms >= 0 ? ms : undefined;
}

/** The platform's own, looked up at each call so that a page's later patches of them count. */
export const platform: HttpEnvironment = {
  fetch: (url, init) => fetch(url, init),
  // A longer delay than a timer can count would fire at once.
  setTimeout: (callback, ms) => setTimeout(callback, Math.min(ms, 2 ** 31 - 1)) as unknown as number,
  clearTimeout: (id) => {
    clearTimeout(id);
  },
  now: () => Date.now(),
};
