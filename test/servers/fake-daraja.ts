/**
 * A Daraja that does what a test says and counts the prompts. Unlike the simulated one of the demo it knows no phone and no time: an
 * outcome is what the test has set, and a callback is posted when the test posts it.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

interface Prompt {
  readonly id: string;
  /** `AccountReference`: the order's number, as long as it has not more than 12 characters. */
  readonly reference: string;
  readonly phone: string;
  readonly amount: number;
  readonly callbackUrl: string;
  /** `TransactionType` and `PartyB`: in which way it is paid, and to whom. */
  readonly payee: readonly [type: string, number: string];
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** `cut`: the connection breaks. `hang`: no answer before `release()`. */
export type Reaction = Reply | 'cut' | 'hang';

export const json = (body: unknown, status = 200): Reply => ({ status, body: JSON.stringify(body) });
export const error = (errorCode: string, status: number): Reply =>
  json({ requestId: '1-2-3', errorCode, errorMessage: `Said Daraja: ${errorCode}` }, status);

/** What a query is answered while the prompt is live. */
const PROCESSING = error('500.001.1001', 500);

export class FakeDaraja {
  readonly #server: Server;
  readonly #results = new Map<string, Reaction>();
  #hanging: (() => void)[] = [];
  /** One for each push that Daraja took, whatever it answered. */
  prompts: Prompt[] = [];
  /** The ids that were asked for, in the order of the questions. */
  queries: string[] = [];
  /** Push requests, also those that it refused. */
  pushes = 0;
  /** How many access tokens it gave. */
  tokens = 0;
  /** What a push is answered, and when; by default it is accepted at once. */
  onPush: ((prompt: Prompt) => Reaction | Promise<Reaction>) | undefined;
  /** What a request for an access token is answered, and when. */
  onToken: Reaction | Promise<Reaction> | undefined;
  /** The id of the next checkout, where a test has to know it before. */
  nextId: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<FakeDaraja> {
    const server = createServer((request, response) => void daraja.#serve(request, response));
    const daraja = new FakeDaraja(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return daraja;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      // Whoever asked was killed on the way: half a request asks for nothing.
      return;
    }
    const text = Buffer.concat(chunks).toString();
    const reaction = await this.#react(request.url ?? '', (text ? JSON.parse(text) : {}) as Json);
    if (reaction === 'hang') {
      this.#hanging.push(() => response.destroy());
    } else if (reaction === 'cut') {
      response.destroy();
    } else {
      response.writeHead(reaction.status, { 'content-type': 'application/json' }).end(reaction.body);
    }
  }

  #react(url: string, body: Json): Reaction | Promise<Reaction> {
    if (url.startsWith('/oauth/')) {
      if (this.onToken) return this.onToken;
      this.tokens += 1;
      return json({ access_token: `daraja-token-${this.tokens}`, expires_in: '3599' });
    }
    if (url.endsWith('/stkpushquery/v1/query')) {
      const id = body['CheckoutRequestID'] as string;
      this.queries.push(id);
      return this.#results.get(id) ?? PROCESSING;
    }
    this.pushes += 1;
    const id = this.nextId ?? `ws_CO_${this.pushes}`;
    this.nextId = undefined;
    const prompt: Prompt = {
      id,
      reference: body['AccountReference'] as string,
      phone: body['PhoneNumber'] as string,
      amount: body['Amount'] as number,
      callbackUrl: body['CallBackURL'] as string,
      payee: [body['TransactionType'] as string, body['PartyB'] as string],
    };
    const accepted = json({ MerchantRequestID: '11209-2482748-1', CheckoutRequestID: id, ResponseCode: '0' });
    const reaction = this.onPush?.(prompt) ?? accepted;
    const refused =
      typeof reaction === 'object' && 'body' in reaction && /"errorCode"|"ResponseCode":"1"/.test(reaction.body);
    if (!refused) this.prompts.push(prompt);
    return reaction;
  }

  /** The prompts of an order, in the order in which they rang. */
  promptsOf(orderId: string): readonly Prompt[] {
    return this.prompts.filter(({ reference }) => reference === orderId);
  }

  queriesOf(id: string): number {
    return this.queries.filter((asked) => asked === id).length;
  }

  /** What queries of this checkout are answered from now on. */
  knows(id: string, outcome: number | `${number}` | `SFC_${string}` | Reaction): void {
    const result = (code: number | string): Reply =>
      json({ ResponseCode: '0', CheckoutRequestID: id, ResultCode: String(code), ResultDesc: `Queried ${code}` });
    const isReaction = typeof outcome === 'object' || outcome === 'cut' || outcome === 'hang';
    this.#results.set(id, isReaction ? outcome : result(outcome));
  }

  /** Posts the callback as Daraja does, to the address that the push named; answers its status. */
  async callback(prompt: Prompt, code: number | string, changes: Json = {}): Promise<number> {
    const { amount = prompt.amount, id = prompt.id, receipt = `R${prompt.id}` } = changes;
    const Item = [
      { Name: 'Amount', Value: amount },
      { Name: 'MpesaReceiptNumber', Value: receipt },
      { Name: 'Balance' },
      { Name: 'PhoneNumber', Value: Number(prompt.phone) },
    ];
    const stkCallback = {
      MerchantRequestID: '11209-2482748-1',
      CheckoutRequestID: id,
      ResultCode: code,
      ResultDesc: `Called back ${code}`,
      ...(code === 0 && { CallbackMetadata: { Item } }),
    };
    const response = await fetch(prompt.callbackUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ Body: { stkCallback } }),
    });
    await response.text();
    return response.status;
  }

  /** Breaks off what hangs. */
  release(): void {
    for (const end of this.#hanging) end();
    this.#hanging = [];
  }

  get hanging(): number {
    return this.#hanging.length;
  }

  /** As new, but for the ids, which stay unique. */
  reset(): void {
    this.release();
    this.onPush = this.onToken = this.nextId = undefined;
  }

  async stop(): Promise<void> {
    this.release();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
