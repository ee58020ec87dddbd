/**
 * The shop and its backend, on loopback. A line's round trip is made here: each answer is held for it, and the first one on
 * a connection for two, as TCP's handshake would take one.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync } from 'node:zlib';

export const now = (): number => performance.timeOrigin + performance.now();

export interface OrderOptions {
  readonly rttMs: number;
  /** The backend is of another origin than the page. */
  readonly isCross: boolean;
  /** Holds its answers for `wait` seconds. */
  readonly holds?: boolean;
}

/** One order, its backend's answers, and what was asked. */
export class Order {
  readonly id: string;
  readonly options: OrderOptions;
  readonly #origin: string;
  /** The local address that only this order's requests come to. */
  readonly #host: string;
  readonly sockets = new Set<Socket>();
  requests = 0;
  /** Requests that were not answered yet, held ones left out. */
  open = 0;
  /** When the push came to the backend. */
  pushedAt: number | undefined;
  #paidAt: number | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(id: string, origin: string, host: string, options: OrderOptions) {
    this.id = id;
    this.#origin = origin;
    this.#host = host;
    this.options = options;
  }

  /** The order's tag. */
  tag(name: string, more = ''): string {
    const at = `${this.#origin}/api/${this.id}`;
    return `<${name} data-pay id="${this.id}" order-id="${this.id}" amount="12341" token-url="${at}/token" push-url="${at}/push" status-url="${at}/status" adyen-url="${at}/test/" ${more}></${name}>`;
  }

  get host(): string {
    return this.#host;
  }

  get paidAt(): number | undefined {
    return this.#paidAt;
  }

  /** The customer has entered the PIN. */
  settle(): void {
    this.#paidAt = now();
    for (const tell of this.#waiting) tell();
  }

  /** Resolves once the order is paid, or after `ms`. */
  outcome(ms: number): Promise<void> {
    if (this.#paidAt !== undefined || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }

  /** Bytes that went over its connections, both ways, with their heads. */
  get bytes(): number {
    return [...this.sockets].reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);
  }
}

interface File {
  readonly type: string;
  /** Compressed by brotli, as a content delivery network sends it. */
  readonly body: Buffer;
}

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, POST',
  'Access-Control-Allow-Headers': 'authorization, content-type',
  'Access-Control-Max-Age': '7200',
};

export class BenchServer {
  readonly #files = new Map<string, File>();
  readonly #orders = new Map<string, Order>();
  readonly #connectedAt = new WeakMap<Socket, number>();
  readonly #servers: Server[] = [];

  static async open(): Promise<BenchServer> {
    const bench = new BenchServer();
    await bench.#listen();
    await bench.#listen();
    return bench;
  }

  async #listen(): Promise<void> {
    const server = createServer(
      { keepAliveTimeout: 60_000 },
      (request, response) => void this.#answer(request, response),
    );
    server.on('connection', (socket: Socket) => {
      // Or a small answer would wait for the acknowledgement of the one before.
      socket.setNoDelay(true);
      this.#connectedAt.set(socket, now());
    });
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    this.#servers.push(server);
  }

  #origin(server: 0 | 1, host: string): string {
    return `http://${host}:${(this.#servers[server]?.address() as AddressInfo).port}`;
  }

  get shop(): string {
    return this.#origin(0, '127.0.0.1');
  }

  order(options: OrderOptions): Order {
    const count = this.#orders.size + 2;
    const host = options.isCross ? `127.0.${(count >> 8) & 255}.${count & 255}` : '127.0.0.1';
    const order = new Order(`ORDER${count}`, this.#origin(options.isCross ? 1 : 0, host), host, options);
    this.#orders.set(order.id, order);
    return order;
  }

  /** Serves a file of the shop, and gives its path. */
  file(path: string, type: string, body: string): string {
    this.#files.set(path, { type, body: brotliCompressSync(body) });
    return path;
  }

  /** Serves a page, and gives its URL. */
  page(body: string, head = ''): string {
    const path = `/page-${this.#files.size}.html`;
    this.file(
      path,
      'text/html; charset=utf-8',
      `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width"><title>Shop</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`,
    );
    return this.shop + path;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://shop');
    const [, id = '', rest = ''] = /^\/api\/([^/]+)\/(.*)$/.exec(url.pathname) ?? [];
    const order = this.#orders.get(id);
    if (!order) {
      const file = this.#files.get(url.pathname);
      if (file) response.writeHead(200, { 'Content-Type': file.type, 'Content-Encoding': 'br' }).end(file.body);
      else response.writeHead(404).end();
      return;
    }
    const { rttMs } = order.options;
    // A request leaves once its connection is there.
    const connected = (this.#connectedAt.get(request.socket) ?? 0) + rttMs;
    const left = Math.max(now(), connected);
    order.requests += 1;
    order.open += 1;
    order.sockets.add(request.socket);
    if (request.method === 'POST' && /^push$|\/payments$/.test(rest)) order.pushedAt ??= left + rttMs / 2;
    request.resume();
    await until(left + rttMs / 2);
    order.open -= 1;
    const isPreflight = request.method === 'OPTIONS';
    if (rest === 'status' && !isPreflight && order.options.holds) {
      await order.outcome(Number(url.searchParams.get('wait') ?? 0) * 1000);
    }
    const body = isPreflight || request.method === 'HEAD' ? undefined : bodyOf(order, rest);
    const text = body === undefined ? '' : JSON.stringify(body);
    order.open += 1;
    await until(now() + rttMs / 2);
    order.open -= 1;
    response.writeHead(body === undefined ? 204 : 200, {
      ...CORS,
      ...(text && { 'Content-Type': 'application/json' }),
    });
    response.end(text);
  }
}

function until(time: number): Promise<void> {
  const left = time - now();
  return left > 0 ? new Promise((resolve) => setTimeout(resolve, left)) : Promise.resolve();
}

/** The backend's answers, in the shapes of Daraja and of Adyen. */
function bodyOf(order: Order, path: string): unknown {
  const isPaid = order.paidAt !== undefined;
  const ids = { CheckoutRequestID: `ws_CO_${order.id}`, MerchantRequestID: '11209-2482748-1' };
  if (path === 'token') return { access_token: 'bench-token', expires_in: '3599' };
  if (path === 'push') return { payment_id: ids.CheckoutRequestID, daraja_response: { ...ids, ResponseCode: '0' } };
  if (path === 'status') {
    if (!isPaid) return { status: 'pending' };
    const Item = [{ Name: 'MpesaReceiptNumber', Value: 'NLJ7RT61SV' }];
    const result = { ...ids, ResultCode: 0, ResultDesc: 'Processed.', CallbackMetadata: { Item } };
    return { Body: { stkCallback: result } };
  }
  if (path.endsWith('/setup')) {
    return {
      id: 'CS1',
      sessionData: 'data',
      amount: { value: 1234100, currency: 'EUR' },
      countryCode: 'PT',
      paymentMethods: { paymentMethods: [{ name: 'MB WAY', type: 'mbway' }] },
      configuration: {},
    };
  }
  if (path.endsWith('/payments')) {
    const action = { type: 'await', paymentMethodType: 'mbway', paymentData: 'data' };
    return { sessionData: 'data', resultCode: 'Pending', action };
  }
  if (path.endsWith('/status')) {
    return isPaid
      ? { type: 'complete', payload: 'data', resultCode: 'authorised' }
      : { type: 'pending', resultCode: 'pending' };
  }
  if (path.endsWith('/paymentDetails')) return { sessionData: 'data', resultCode: 'Authorised' };
  if (path.endsWith('phonenumbers.json')) return [{ id: 'PT', prefix: '+351' }];
  return {};
}
