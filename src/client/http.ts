/**
 * The one caller of fetch. It adds a timeout, reads the body, and says in one plain value what came of it. It never
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
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResult {
  /** HTTP status; 0 for a redirect that was not followed; `undefined` where no head came. */
  readonly status: number | undefined;
  /** The parsed JSON, as it came: it may hold the token. `undefined` where the body was none or did not come to its end. */
  readonly body: unknown;
  /** The body came to its end. */
  readonly isWhole: boolean;
  /** The time was up before all was there. */
  readonly timedOut: boolean;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number;
  /** The next request of the same URL may be answered by a cache, and not by the server. */
  readonly isCacheable: boolean;
}

/**
 * Hears the text of every answer, before anything is read from it. Only `vitumob-pay/dev` sets `heard`: in the customers'
 * file nothing can. It gets neither the request's headers nor its body, and must not throw.
 */
export const answerObserver: { heard?(method: string | undefined, url: string, status: number, text: string): void } =
  {};

export async function send(
  { url, init, timeoutMs, signal }: HttpRequest,
  environment: HttpEnvironment,
): Promise<HttpResult> {
  const aborter = new AbortController();
  const result = {
    status: undefined as number | undefined,
    body: undefined as unknown,
    isWhole: false,
    timedOut: false,
    retryAfterMs: 0,
    isCacheable: false,
  };
  let abort!: () => void;
  // A `fetch` that was handed in may not heed its signal; the time is up all the same.
  const aborted = new Promise<void>((resolve) => {
    abort = () => {
      aborter.abort();
      resolve();
    };
  });
  const timer = environment.setTimeout(() => {
    result.timedOut = true;
    abort();
  }, timeoutMs);
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();

  const exchange = async () => {
    const response = await environment.fetch(url, { cache: 'no-store', ...init, signal: aborter.signal });
    result.status = response.status;
    result.isCacheable = isCacheable(response.headers);
    result.retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), environment.now());
    const text = await response.text();
    result.isWhole = true;
    answerObserver.heard?.(init.method, url, result.status, text);
    // Trimming takes byte order marks too, of which fetch itself takes one.
    result.body = JSON.parse(text.trim());
  };
  // Which of its many words a browser has for a broken line, or for a body that is no JSON, tells nothing of use.
  await Promise.race([exchange().catch(() => undefined), aborted]);
  environment.clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  return { ...result };
}

export function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

/** RFC 9111: by its own word, or by a browser's guess from the age of what was sent. */
function isCacheable(headers: Headers): boolean {
  const control = headers.get('Cache-Control') ?? '';
  if (/max-age|no-(?:store|cache)/i.test(control)) return /max-age=[1-9]|stale-/i.test(control);
  return headers.has('Expires') || headers.has('Last-Modified');
}

/** RFC 9110: seconds, or a date. */
function parseRetryAfter(header: string | null, now: number): number {
  const seconds = Number.parseInt(header ?? '');
  return Math.max(0, seconds * 1000 || Date.parse(header ?? '') - now) || 0;
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
