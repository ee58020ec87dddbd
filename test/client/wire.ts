import { createClient, type Client, type ClientOptions } from '../../src/client/index.js';
import { FakeClock } from '../support/fake-clock.js';

export const TOKEN = 'dbeiaDd3YnAA6QdTt29ASkDTLuDq';
export const TOKEN_URL = 'https://pay.test/payments/mpesa/token';
export const PUSH_URL = 'https://pay.test/payments/mpesa/payment/push/request';
export const STATUS_URL = 'https://pay.test/payments/mpesa/status';
export const ORDER = { orderId: '1234567891', phone: '254723123123', amount: '12341' };
export const TIMEOUT_MS = 30_000;

/** What the other side does with a request. */
export type Answer = (init: RequestInit) => Response | Promise<Response>;

/** The other side of the client, played by a test: it answers in order, and keeps what was asked. */
export class Wire {
  readonly clock = new FakeClock();
  readonly requests: { readonly url: string; readonly init: RequestInit }[] = [];
  readonly #answers: Answer[];

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    this.requests.push({ url, init });
    const answer = this.#answers.shift();
    if (!answer) throw new Error('One request more than the test knows of');
    return answer(init);
  };

  /** A client that knows no world but this one. */
  client(options: ClientOptions = {}): Client {
    const { setTimeout, clearTimeout, now } = this.clock;
    return createClient({
      tokenUrl: TOKEN_URL,
      pushUrl: PUSH_URL,
      statusUrl: STATUS_URL,
      ...options,
      environment: { fetch: this.fetch, setTimeout, clearTimeout, now },
    });
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return text(JSON.stringify(body), status, { 'Content-Type': 'application/json', ...headers });
}

export function text(body: string, status = 200, headers: Record<string, string> = {}): Answer {
  return () => new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
}

export function html(status = 200): Answer {
  return text('<!doctype html><title>A page</title><p>{"access_token":"nearly"}</p>', status, {
    'Content-Type': 'text/html',
  });
}

/** The connection breaks before there is a head. */
export const broken: Answer = () => Promise.reject(new TypeError('Failed to fetch'));

/** No answer, until the request is given up. */
export const silent: Answer = ({ signal }) =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => {
      reject(new DOMException('The request was aborted', 'AbortError'));
    });
  });

/** No answer, whatever becomes of the signal: a `fetch` of somebody's own that does not know of it. */
export const deaf: Answer = () => new Promise(() => undefined);

/** A redirect as `redirect: 'manual'` shows it in a browser. */
export const opaqueRedirect: Answer = () =>
  Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' });

/** Half of the body, then a broken connection. */
export function cutShort(body: unknown, status = 200): Answer {
  return half(body, status, (controller) => {
    controller.error(new TypeError('network error'));
  });
}

/** Half of the body, then nothing until the request is given up; `deaf` goes on for ever. */
export function stalled(body: unknown, status = 200, { deaf = false } = {}): Answer {
  return (init) =>
    half(body, status, (controller) => {
      return new Promise<void>((resolve) => {
        if (deaf) return;
        init.signal?.addEventListener('abort', () => {
          controller.error(new DOMException('The request was aborted', 'AbortError'));
          resolve();
        });
      });
    })(init);
}

function half(
  body: unknown,
  status: number,
  then: (controller: ReadableStreamDefaultController<Uint8Array>) => void | Promise<void>,
): Answer {
  return () => {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    let sent = false;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (sent) return then(controller);
          sent = true;
          controller.enqueue(bytes.slice(0, bytes.length / 2));
          return undefined;
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(stream, { status });
  };
}
