/** The servers of examples/servers, and `vitumob-pay-server` as they mount it, started as docs/backend.md says, and asked as a page asks them. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../e2e/support.js';
import { freePort } from '../support/free-port.js';

export const folder = fileURLToPath(new URL('../../examples/servers', import.meta.url));
export const TOKEN = '/payments/mpesa/token';
export const PUSH = '/payments/mpesa/payment/push/request';
export const STATUS = '/payments/mpesa/status';
export const CALLBACK = '/callback/0b7c1f6f2b9e4d7a';
export const PRICE = '12341';
/** The shop at Daraja, as its settings name it. */
export const ACCOUNT = {
  DARAJA_CONSUMER_KEY: 'a-consumer-key',
  DARAJA_CONSUMER_SECRET: 'a-consumer-secret',
  DARAJA_SHORTCODE: '174379',
  DARAJA_PASSKEY: 'a-passkey',
};

type Json = Record<string, unknown>;

export interface Runtime {
  readonly name: string;
  readonly program: string;
  readonly file: string;
  readonly arguments: (port: number, file: string) => readonly string[];
  /** Whether it remembers after a restart. */
  readonly durable: boolean;
  /** Titles of tests that ask for what the single files have chosen, each with what this server has chosen instead. */
  readonly otherwise: Readonly<Record<string, string>>;
}

/** What `vitumob-pay-server` does in its own way; its own tests hold it to that. */
const SERVERS_OWN: Runtime['otherwise'] = {
  'does not push when the page may have given up: Daraja’s token took too long':
    'each request to Daraja has a time of its own; an order that may have a prompt is locked all the same',
  'takes a file that it cannot read for an error, not for a start': 'SQLite restores the file from its log',
  'takes a code that nobody knows for a failure where callback and query both say it':
    'a code that is not on the list of final ones means "ask later"',
  'keeps nothing of a callback for a checkout that it does not know': 'there is no address but those of attempts',
  'answers a push without a token, and with one that is none, as the API says':
    'its tokens are JSON Web Tokens, and are forged in other ways',
  'answers a push as the API says, in the name of the token': 'the subject stands in the token in Base64',
  'writes down neither tokens nor whole numbers, nor where callbacks are taken': 'its log is JSON, of other words',
  'takes callbacks at no address that can be guessed, and junk nowhere': 'its addresses begin with /c/',
  'takes the order’s amount however it is written, and no other, for an order that there is':
    'it takes a Kenyan number however it is written',
  'reads orders from a file that begins with a byte order mark': 'the shop reads its orders itself',
  'lets the shop’s pages call, preflight included, and no others': 'it answers pages of other origins with 403',
  'takes for final what the widget takes for final': 'it imports the widget’s list',
};

const runtimes: readonly Runtime[] = [
  {
    name: 'node',
    program: process.execPath,
    file: fileURLToPath(new URL('node-mount.mjs', import.meta.url)),
    arguments: (_port, file) => [file],
    durable: true,
    otherwise: SERVERS_OWN,
  },
  {
    name: 'python',
    program: 'python3',
    file: join(folder, 'python/server.py'),
    arguments: (_port, file) => [file],
    durable: true,
    otherwise: {},
  },
  {
    name: 'php',
    program: 'php',
    file: join(folder, 'php/server.php'),
    arguments: (port, file) => ['-q', '-d', 'display_errors=0', '-S', `127.0.0.1:${port}`, file],
    durable: true,
    otherwise: {},
  },
];

/** The first line of what a program says of itself; undefined where there is none. */
function versionOf({ program }: Runtime): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0] : undefined;
}

/** Those for which this machine has a program. Which ones, and which not, is said once. */
export function runtimesHere(): readonly Runtime[] {
  return runtimes.filter((runtime) => {
    const version = versionOf(runtime);
    console.log(
      `examples/servers/${runtime.name}: ${version ? `run with ${version}` : `not run, there is no ${runtime.program} here`}`,
    );
    return version !== undefined;
  });
}

let sold = 0;

/** An order with a customer of its own, so that what one test pushes counts towards no limit of another's. */
export interface Sale {
  readonly orderId: string;
  readonly phone: string;
  /** Where the customer's browser is, as the proxy before the server says. */
  readonly address: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** What an order is locked or paid by, in a 409. */
export interface Conflict {
  readonly error: string;
  readonly live?: { readonly payment_id: string | null; readonly expires_in: number };
  readonly paid?: { readonly payment_id: string | null };
}

export class ExampleServer {
  readonly port: number;
  readonly origin: string;
  readonly folder: string;
  readonly #runtime: Runtime;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #orders: Record<string, string> = {};
  #process: ChildProcess | undefined;
  #token: string | undefined;
  /** All that it has written. */
  output = '';

  private constructor(runtime: Runtime, port: number, environment: Readonly<Record<string, string>>) {
    this.port = port;
    this.origin = `http://127.0.0.1:${port}`;
    this.folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-server-'));
    this.#runtime = runtime;
    this.#environment = environment;
    process.once('exit', this.#kill);
    this.#write();
  }

  static async start(runtime: Runtime, environment: Readonly<Record<string, string>>): Promise<ExampleServer> {
    const server = new ExampleServer(runtime, await freePort(), environment);
    await server.restart();
    return server;
  }

  /** Starts it, again with what it has on its disk. */
  async restart(): Promise<void> {
    const { program, arguments: words, file } = this.#runtime;
    this.#process = spawn(program, words(this.port, file), {
      // A group of its own, as PHP's workers outlive their parent.
      detached: true,
      env: {
        ...process.env,
        PORT: String(this.port),
        DARAJA_CALLBACK_URL: this.origin + CALLBACK,
        // By these names `vitumob-pay-server` knows it.
        PUBLIC_URL: this.origin,
        DATABASE_URL: `file:${this.database}`,
        ORDERS_FILE: join(this.folder, 'orders.json'),
        PAYMENTS_FILE: this.database,
        TRUSTED_PROXIES: '1',
        // Side by side, as behind a web server.
        PHP_CLI_SERVER_WORKERS: '4',
        ...this.#environment,
      },
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    await until(
      () =>
        fetch(this.origin).then(
          () => true,
          () => false,
        ),
      'the server to listen',
    );
  }

  readonly #kill = (): void => {
    if (this.#process?.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, 'SIGKILL');
    } catch (error) {
      // It had stopped by itself.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };

  /** As `kill -9` does, with all its workers. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    // It may have ended by itself, and says so only once.
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    const stopped = hasEnded ? undefined : new Promise((resolve) => child.once('exit', resolve));
    this.#kill();
    await stopped;
    this.#process = undefined;
  }

  get database(): string {
    return join(this.folder, 'payments.db');
  }

  #write(before = ''): void {
    writeFileSync(join(this.folder, 'orders.json'), before + JSON.stringify(this.#orders));
  }

  /** Puts an order into the merchant's records; `before` stands at the beginning of their file. */
  sell(amount = PRICE, before = ''): Sale {
    sold += 1;
    const orderId = `T-${sold}`;
    this.#orders[orderId] = amount;
    this.#write(before);
    return {
      orderId,
      phone: `2547${String(10_000_000 + sold)}`,
      address: `10.0.${Math.floor(sold / 250)}.${sold % 250}`,
    };
  }

  get endpoints() {
    return {
      'token-url': this.origin + TOKEN,
      'push-url': this.origin + PUSH,
      'status-url': this.origin + STATUS,
    };
  }

  async ask(path: string, init: RequestInit = {}): Promise<Reply> {
    // On a connection of its own: a server with too many may end a kept one in the moment that it is used again.
    const headers = { ...Object.fromEntries(new Headers(init.headers)), connection: 'close' };
    const response = await fetch(this.origin + path, { ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as Json };
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.ask(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text });
  }

  async token(): Promise<string> {
    return (this.#token ??= await this.newToken());
  }

  async newToken(): Promise<string> {
    return (await this.ask(TOKEN)).body['access_token'] as string;
  }

  async push({ orderId, phone, address }: Sale, changes: Json = {}, token?: string): Promise<Reply> {
    const order = { order_id: orderId, user_phone_number: phone, amount: PRICE, ...changes };
    const authorization = token ?? (await this.token());
    return this.post(PUSH, { order }, { authorization, 'x-forwarded-for': `203.0.113.9, ${address}` });
  }

  async status({ orderId }: Pick<Sale, 'orderId'>, query: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const search = new URLSearchParams({ order_id: orderId, ...query });
    return this.ask(`${STATUS}?${search}`, { headers: { authorization: await this.token() } });
  }

  /** The outcome, once the server has one. */
  async outcome(sale: Pick<Sale, 'orderId'>, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    const answer = await until(async () => {
      const { status, body } = await this.status(sale, query);
      return status === 200 ? body : undefined;
    }, 'the outcome');
    return answer ?? {};
  }

  /** A connection without any library in between. */
  async raw(): Promise<RawConnection> {
    const socket = connect(this.port, '127.0.0.1');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new RawConnection(socket);
  }

  async stop(): Promise<void> {
    await this.kill();
    process.off('exit', this.#kill);
    rmSync(this.folder, { recursive: true });
  }
}

export class RawConnection {
  readonly #socket: Socket;
  received = '';
  closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => (this.received += chunk.toString()));
    socket.on('close', () => (this.closed = true));
    socket.on('error', () => undefined);
  }

  send(...lines: readonly string[]): void {
    this.#socket.write(lines.join('\r\n'));
  }

  /** Sends a byte now and then, for as long as the other end listens. */
  drip(): void {
    const drop = setInterval(() => this.#socket.write('a'), 500);
    this.#socket.once('close', () => {
      clearInterval(drop);
    });
  }

  /** The statuses of all answers so far. */
  get statuses(): readonly number[] {
    return [...this.received.matchAll(/^HTTP\/1\.\d (\d{3})/gm)].map(([, status]) => Number(status));
  }

  /** The first answer's; -1 where the connection has ended without any. */
  async status(): Promise<number> {
    await until(() => this.closed || this.statuses.length > 0, 'an answer');
    return this.statuses[0] ?? -1;
  }

  end(): void {
    this.#socket.destroy();
  }
}
