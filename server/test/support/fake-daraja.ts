import { Hono } from 'hono';

/** Daraja takes the token no more. */
export const TOKEN_ENDED = { status: 404, body: { errorCode: '404.001.03', errorMessage: 'Invalid Access Token' } };

/** How Daraja takes the next push. */
export type PushScript =
  | 'accept'
  /** It prompts, and its answer is lost. */
  | 'accept-and-break'
  | 'break'
  | { readonly status: number; readonly body: unknown }
  | { readonly status: number; readonly text: string };

export interface Prompt {
  readonly checkoutRequestId: string;
  readonly merchantRequestId: string;
  readonly callbackUrl: string;
  readonly shillings: number;
  readonly phone: string;
  readonly reference: string;
  readonly body: Record<string, unknown>;
}

type QueryScript = { readonly code: number | string } | { readonly errorCode: string } | 'break' | 'html' | 'hang';

/** Daraja, as far as a test needs it: it counts prompts, and answers what the test says. */
export class FakeDaraja {
  /** Requests that asked for a push, whatever became of them. */
  pushes = 0;
  /** Prompts that appeared on a phone. */
  readonly prompts: Prompt[] = [];
  readonly queries: string[] = [];
  readonly registered: Record<string, unknown>[] = [];
  tokens = 0;
  /** What the next pushes get; `accept` after that. */
  readonly nextPushes: PushScript[] = [];
  /** What each id's query gets; being processed unless given. */
  readonly results = new Map<string, QueryScript>();
  tokenFails = false;
  /** Holds each request for a token until it resolves. */
  beforeToken: (() => Promise<void>) | undefined;
  /** Holds each push until it resolves. */
  beforeAnswer: (() => Promise<void>) | undefined;
  /** Sees each request for a push. */
  onPush: ((body: Record<string, unknown>) => void) | undefined;
  onQuery: (() => void) | undefined;
  #asked: (() => void) | undefined;
  newTokenKillsLast = false;
  /** Gives tokens that it does not take. */
  endsNewTokens = false;
  /** The tokens that it takes; all that it gave unless a test takes them away. */
  readonly #good = new Set<string>();
  readonly #app = new Hono();

  constructor() {
    this.#app.get('/oauth/v1/generate', async (c) => {
      await this.beforeToken?.();
      if (this.tokenFails)
        return c.json({ errorCode: '400.008.01', errorMessage: 'Invalid Authentication passed' }, 400);
      const token = `daraja-token-${++this.tokens}-abcdefgh`;
      if (this.newTokenKillsLast) this.#good.clear();
      if (!this.endsNewTokens) this.#good.add(token);
      return c.json({ access_token: token, expires_in: '3599' });
    });
    this.#app.post('/mpesa/stkpush/v1/processrequest', async (c) => {
      this.pushes++;
      const body = await c.req.json<Record<string, unknown>>();
      this.onPush?.(body);
      if (!this.#isGood(c.req.header('authorization'))) {
        return c.json({ requestId: 'r', errorCode: '404.001.03', errorMessage: 'Invalid Access Token' }, 404);
      }
      const script = this.nextPushes.shift() ?? 'accept';
      const accepted = script === 'accept' || script === 'accept-and-break';
      const n = this.prompts.length + 1;
      const prompt: Prompt = {
        checkoutRequestId: `ws_CO_${String(n).padStart(6, '0')}_${Math.random().toString(36).slice(2, 8)}`,
        merchantRequestId: `29115-${n}-1`,
        callbackUrl: String(body['CallBackURL']),
        shillings: Number(body['Amount']),
        phone: String(body['PhoneNumber']),
        reference: String(body['AccountReference']),
        body,
      };
      if (accepted) this.prompts.push(prompt);
      await this.beforeAnswer?.();
      if (script === 'break' || script === 'accept-and-break') throw new Error('connection lost');
      if (script === 'accept') {
        return c.json({
          MerchantRequestID: prompt.merchantRequestId,
          CheckoutRequestID: prompt.checkoutRequestId,
          ResponseCode: '0',
          ResponseDescription: 'Success. Request accepted for processing',
          CustomerMessage: 'Success. Request accepted for processing',
        });
      }
      const text = 'text' in script ? script.text : JSON.stringify(script.body);
      return new Response(text, { status: script.status });
    });
    this.#app.post('/mpesa/stkpushquery/v1/query', async (c) => {
      const { CheckoutRequestID } = await c.req.json<{ CheckoutRequestID: string }>();
      this.queries.push(CheckoutRequestID);
      this.onQuery?.();
      this.#asked?.();
      if (!this.#isGood(c.req.header('authorization'))) {
        return c.json({ requestId: 'r', errorCode: '404.001.03', errorMessage: 'Invalid Access Token' }, 404);
      }
      const script = this.results.get(CheckoutRequestID) ?? { errorCode: '500.001.1001' };
      if (script === 'break') throw new Error('connection lost');
      if (script === 'hang') return new Promise<never>(() => undefined);
      if (script === 'html') return c.html('<h1>Bad gateway</h1>', 502);
      if ('errorCode' in script) {
        return c.json(
          { requestId: 'r', errorCode: script.errorCode, errorMessage: 'The transaction is being processed' },
          500,
        );
      }
      return c.json({
        ResponseCode: '0',
        ResponseDescription: 'The service request has been accepted successfully',
        MerchantRequestID: 'm',
        CheckoutRequestID,
        ResultCode: String(script.code),
        ResultDesc: `Result ${script.code}`,
      });
    });
    this.#app.post('/mpesa/c2b/v2/registerurl', async (c) => {
      if (!this.#isGood(c.req.header('authorization'))) {
        return c.json({ requestId: 'r', errorCode: '404.001.03', errorMessage: 'Invalid Access Token' }, 404);
      }
      this.registered.push(await c.req.json<Record<string, unknown>>());
      return c.json({ OriginatorCoversationID: 'o', ResponseCode: '0', ResponseDescription: 'Success' });
    });
    this.#app.onError((error) => {
      throw error;
    });
  }

  /** In place of the network's. */
  readonly fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
    init?.signal?.throwIfAborted();
    const request = new Request(input, { ...init, signal: null });
    return this.#app.fetch(request);
  }) as typeof fetch;

  /** Over HTTP. A connection that breaks is an answer of 0 bytes there. */
  async answer(request: Request): Promise<Response> {
    try {
      return await this.#app.fetch(
        new Request(request.url, {
          method: request.method,
          headers: request.headers,
          body: request.method === 'POST' ? await request.text() : null,
        }),
      );
    } catch {
      return new Response(null, { status: 502 });
    }
  }

  /** Resolves once so many queries have come. */
  async asked(times: number): Promise<void> {
    while (this.queries.length < times) {
      await new Promise<void>((resolve) => {
        this.#asked = resolve;
      });
    }
  }

  /** Daraja forgets its tokens. */
  endTokens(): void {
    this.#good.clear();
  }

  get lastPrompt(): Prompt {
    const prompt = this.prompts.at(-1);
    if (!prompt) throw new Error('No prompt was sent');
    return prompt;
  }

  #isGood(authorization: string | undefined): boolean {
    return this.#good.has(authorization?.replace(/^Bearer /, '') ?? '');
  }
}

/** What Daraja posts to the callback's address. */
export function callbackBody(
  prompt: Pick<Prompt, 'checkoutRequestId' | 'merchantRequestId' | 'shillings' | 'phone'>,
  code: number | string,
  { amount = prompt.shillings, receipt = 'NLJ7RT61SV' }: { amount?: number; receipt?: string } = {},
): unknown {
  return {
    Body: {
      stkCallback: {
        MerchantRequestID: prompt.merchantRequestId,
        CheckoutRequestID: prompt.checkoutRequestId,
        ResultCode: code,
        ResultDesc: code === 0 ? 'The service request is processed successfully.' : `Result ${code}`,
        ...(code === 0 && {
          CallbackMetadata: {
            Item: [
              { Name: 'Amount', Value: amount },
              { Name: 'MpesaReceiptNumber', Value: receipt },
              { Name: 'Balance' },
              { Name: 'TransactionDate', Value: 20260115120000 },
              { Name: 'PhoneNumber', Value: Number(prompt.phone) },
            ],
          },
        }),
      },
    },
  };
}
