import { z } from 'zod';
import { hasCents, isAmount } from '../../../src/model/amount.js';
import { isExpiredToken } from '../../../src/model/failure.js';
import { maskPhone, parsePhone } from '../../../src/model/phone.js';
import { sleep, within } from '../clock.js';
import { TOKEN_EXPIRED, type DarajaError, type PushAnswer } from '../daraja/client.js';
import { fail, json } from '../http/answers.js';
import type { ShopOrder } from '../options.js';
import type { Claim } from '../stores/store.js';
import { isHeld, referenceKey, type Attempt } from './attempt.js';
import { bring, bringClaimed, callbackUrl, type Context } from './context.js';
import { limitOn } from './limits.js';
import { LOST_AFTER_MS } from './schedule.js';
import type { Evidence } from './settle.js';

const SIGN_OF_LIFE_MS = 5_000;
/** What the claim has seen is no older than what a request to Daraja takes on its way. */
const FRESH_CLAIM_MS = 100;
/** After so long between the claim and the request to Daraja (a machine that slept), it is said again that it is in flight. */
const STALE_CLAIM_MS = 3_000;
const MAX_REFERENCE_LENGTH = 12;
/** When the outcome of a push is written again while the database is out of reach, at first and from then on. */
const RECORD_AGAIN_MS = [50, 200, 1_000];
const KEEP_RECORDING_MS = 2_000;
/** How long the page waits for that. */
const RECORD_WITHIN_MS = 3_000;

const orderSchema = z.object({
  order: z.object({
    // No database takes a NUL, and no order has one.
    order_id: z
      .string()
      .min(1)
      .max(255)
      .regex(/^\P{Cc}*$/u),
    user_phone_number: z.string().max(64),
    amount: z.string().max(32),
  }),
});

/** What the page sent. */
export interface PushInput {
  readonly body: unknown;
  readonly request: Request;
  readonly subject: string;
  readonly address: string | undefined;
}

/** What kept a push from being sent, or from being sent once more. */
type Unsent =
  /** Something of ours failed first, or the push was given up with its order. */
  | { readonly kind: 'not-sent' }
  /** The order has been paid meanwhile; `payment` is missing where it was paid without a prompt. */
  | { readonly kind: 'paid'; readonly payment: Attempt | undefined }
  /** Another attempt of the order may be paid after all. */
  | { readonly kind: 'live'; readonly other: Attempt }
  /** Daraja refused the token, and has called back all the same. */
  | { readonly kind: 'contradicted' };

/** How what became of a push was written; `contradicted`: it was refused, and may be live or paid all the same. */
type Noted = 'noted' | 'shared-id' | 'contradicted';

/** The pushes of one instance. */
export class Pushes {
  readonly #context: Context;
  /** The attempts whose pushes have not ended. */
  readonly #sending = new Set<string>();
  #inFlight = 0;
  #stopped = false;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Pushes an order, or says why not. It outlives the customer's connection: nothing of the request's ends it. */
  async handle(input: PushInput): Promise<Response> {
    const { metrics } = this.#context;
    metrics.gauge('in_flight', ++this.#inFlight);
    try {
      return await this.#push(input);
    } finally {
      metrics.gauge('in_flight', --this.#inFlight);
    }
  }

  /** Whether this process has the push in hand: then it is not lost, however long it takes. */
  has(attemptId: string): boolean {
    return this.#sending.has(attemptId);
  }

  /** Gives up what could not be written. */
  stop(): void {
    this.#stopped = true;
  }

  async #push({ body, request, subject, address }: PushInput): Promise<Response> {
    const { options, clock, keys, store, log, metrics, rules, limits } = this.#context;
    const parsed = orderSchema.safeParse(body);
    if (!parsed.success) {
      return fail(
        400,
        'The body has to be {"order":{"order_id":"…","user_phone_number":"…","amount":"…"}}, all strings',
      );
    }
    const { order_id: orderId, user_phone_number: phone, amount } = parsed.data.order;

    let claim: Claim;
    let attempt: Attempt;
    let msisdn: string;
    let reference: string;
    try {
      const found = await options.findOrder(orderId, { request, subject });
      if (!found) return fail(404, 'There is no such order');
      const { amount: price } = checkedOrder(found);
      if (!isAmount(amount) || cents(amount) !== cents(price)) {
        return fail(400, `The amount is not the order’s, which is ${price}`);
      }
      const number = parsePhone(phone);
      if (!('msisdn' in number)) {
        return fail(400, 'The phone number has to be a Kenyan mobile number such as 254723123123');
      }
      msisdn = number.msisdn;
      reference = referenceOf(orderId, found);

      const now = clock.now();
      attempt = newAttempt({ orderId, price, msisdn, phoneHash: await keys.phoneHash(msisdn), now, rules });
      const order = {
        id: orderId,
        liveAttempt: null,
        paidAttempt: null,
        paidReceipt: null,
        amount: price,
        referenceKey: referenceKey(reference),
      };
      await this.#context.step('before-claim');
      claim = await store.claim(
        order,
        attempt,
        [
          ...limitOn(limits, 'pushByOrder', orderId),
          ...limitOn(limits, 'pushBySubject', subject),
          ...limitOn(limits, 'pushByAddress', address),
          ...limitOn(limits, 'pushByPhone', attempt.phoneHash),
        ],
        now,
      );
    } catch (error) {
      log.error({ order: orderId, error: nameOf(error) }, 'nothing was sent: the order or the database failed');
      return notSent('The shop’s server could not look up or lock the order. Try again in a moment.');
    }

    switch (claim.kind) {
      case 'limited':
        metrics.count('pushes', 'limited');
        return fail(429, 'Too many payment requests', {}, Math.ceil(claim.retryAfterMs / 1000));
      case 'paid':
        metrics.count('pushes', 'paid');
        return paid(claim.attempt);
      case 'live':
        metrics.count('pushes', 'live');
        return live(claim.attempt, clock.now());
      case 'won':
        this.#sending.add(attempt.id);
        try {
          await this.#context.step('claimed');
          return await this.#send(attempt, { msisdn, reference, subject });
        } finally {
          this.#sending.delete(attempt.id);
        }
    }
  }

  async #send(
    attempt: Attempt,
    { msisdn, reference, subject }: { msisdn: string; reference: string; subject: string },
  ): Promise<Response> {
    const { metrics, log, clock } = this.#context;
    const alive = this.#signsOfLife(attempt.id);
    let sent: PushAnswer | Unsent;
    try {
      sent = await this.#ask(attempt, msisdn, reference);
    } finally {
      alive.stop();
    }
    await this.#context.step('answered');
    const recorded = await this.#recordSurely(attempt, evidenceOf(sent));
    await this.#context.step('recorded');

    metrics.count('pushes', sent.kind);
    log.info({ attempt: attempt.id, order: attempt.orderId, answer: sent.kind }, 'push ended');

    switch (sent.kind) {
      case 'paid':
        return paid(sent.payment);
      case 'live':
        return live(sent.other, clock.now());
      case 'contradicted':
        return unclear();
      case 'not-sent':
        if (recorded === 'contradicted') return unclear();
        return notSent('Daraja gave no access token. Try again in a moment.');
      case 'refused':
        if (recorded === 'contradicted') return unclear();
        return refused(sent, attempt, msisdn);
      case 'unclear':
        return unclear();
      case 'accepted':
        if (!recorded) return fail(503, 'A prompt is on its way, and could not be noted yet');
        if (recorded === 'shared-id') return unclear();
        return json(200, {
          payment_id: sent.checkoutRequestId,
          user_id: subject,
          order_id: attempt.orderId,
          phone_no: attempt.phoneMasked,
          daraja_response: {
            CheckoutRequestID: sent.checkoutRequestId,
            MerchantRequestID: sent.merchantRequestId,
            ResponseCode: '0',
          },
          amount: Number(attempt.amount),
        });
    }
  }

  /** Sends the push: once, and once more only where Daraja says that it did not take the token, so has sent nothing. */
  async #ask(attempt: Attempt, msisdn: string, reference: string): Promise<PushAnswer | Unsent> {
    const { daraja, tokens } = this.#context;
    const request = {
      msisdn,
      shillings: attempt.shillings,
      reference,
      callbackUrl: await callbackUrl(this.#context, attempt.id),
    };
    for (let tries = 1; ; tries++) {
      const token = await tokens.get().catch(() => undefined);
      if (token === undefined) return { kind: 'not-sent' };
      const obstacle = await this.#obstacle(attempt, tries === 1);
      if (obstacle) return obstacle;
      await this.#context.step('before-send');
      const answer = await daraja.push(token, request);
      if (answer.kind !== 'refused' || !isExpiredToken(answer.error)) return answer;
      tokens.refuse(token);
      // Other faces of Daraja have other codes for it: the page is told, and its next push has a new token.
      if (answer.error.errorCode !== TOKEN_EXPIRED) return answer;
      if (tries === 2) return { kind: 'not-sent' };
    }
  }

  /**
   * Why the push must not be sent any more. While it waited, for a token or for Daraja, the order may have been paid without
   * a prompt or by an earlier one, or the push given up and its order be another's.
   */
  async #obstacle({ id, orderId, createdAt }: Attempt, isFirst: boolean): Promise<Unsent | undefined> {
    const { clock, store, log } = this.#context;
    const waited = clock.now() - createdAt;
    if (isFirst && waited >= 0 && waited < FRESH_CLAIM_MS) return undefined;
    const lost = { kind: 'not-sent' } as const;
    try {
      const isStale = waited < 0 || waited >= STALE_CLAIM_MS;
      if (isStale) await store.keepSending(id, clock.now() + LOST_AFTER_MS);
      const { order, attempts } = await store.view(orderId);
      if (!order) return lost;
      if (order.paidAttempt !== null || order.paidReceipt !== null) {
        return { kind: 'paid', payment: attempts.find((attempt) => attempt.id === order.paidAttempt) };
      }
      const own = attempts.find((attempt) => attempt.id === id);
      if (own?.callback) return { kind: 'contradicted' };
      if (own?.state !== 'sending' || order.liveAttempt !== id) return lost;
      const other = attempts.find((attempt) => attempt.id !== id && isHeld(attempt));
      return other && { kind: 'live', other };
    } catch (error) {
      log.warn(
        { attempt: id, order: orderId, error: nameOf(error) },
        'an order could not be looked at before its push, which is not sent',
      );
      return lost;
    }
  }

  /** Keeps the other instances from taking up a push that is still at Daraja. */
  #signsOfLife(attemptId: string): { stop(): void } {
    const { clock, store } = this.#context;
    let timer: unknown;
    const next = (): void => {
      timer = clock.setTimeout(() => {
        store.keepSending(attemptId, clock.now() + LOST_AFTER_MS).catch(() => undefined);
        next();
      }, SIGN_OF_LIFE_MS);
    };
    next();
    return {
      stop: () => {
        clock.clearTimeout(timer);
      },
    };
  }

  /** Writes what became of a push; goes on behind the page's back while the database is out of reach. */
  async #recordSurely(attempt: Attempt, evidence: Evidence): Promise<Noted | undefined> {
    return within(this.#context.clock, RECORD_WITHIN_MS, this.#record(attempt, evidence));
  }

  async #record(attempt: Attempt, evidence: Evidence): Promise<Noted | undefined> {
    const { clock, log } = this.#context;
    for (let tries = 0; ; tries++) {
      try {
        return await this.#bring(attempt, evidence);
      } catch (error) {
        log.error({ attempt: attempt.id, error: nameOf(error) }, 'what became of a push could not be written');
      }
      await sleep(clock, RECORD_AGAIN_MS[tries] ?? KEEP_RECORDING_MS);
      if (this.#stopped) return undefined;
    }
  }

  /** Brings it, or what it comes to where Daraja's id is another payment's. No two can have it: the write fails. */
  async #bring(attempt: Attempt, evidence: Evidence): Promise<Noted> {
    const { store, log } = this.#context;
    try {
      if (await bringClaimed(this.#context, attempt, evidence)) return 'noted';
      const after = await bring(this.#context, attempt, evidence);
      const isFree = (after.state === 'refused' || after.state === 'released') && !isHeld(after);
      return evidence.kind === 'refused' && !isFree ? 'contradicted' : 'noted';
    } catch (error) {
      if (evidence.kind !== 'accepted') throw error;
      const owner = await store.withOrder(attempt.orderId, (tx) => tx.attemptWith(evidence.checkoutRequestId));
      const other = owner === undefined || owner === attempt.id ? undefined : await store.attempt(owner);
      if (!other) throw error;
      const shared = { kind: 'shared-id' } as const;
      await bring(this.#context, other, shared);
      await bring(this.#context, attempt, shared);
      log.error(
        { attempt: attempt.id, order: attempt.orderId, other: other.id },
        'Daraja gave a payment the id of another: a person has to find out what became of it',
      );
      return 'shared-id';
    }
  }
}

/** What an order's own number or reference is at Daraja. */
export function referenceOf(orderId: string, { reference }: ShopOrder): string {
  return cutReference(reference?.trim() ? reference.trim() : orderId);
}

/** As much of a text as Daraja takes for a reference. */
export function cutReference(text: string): string {
  return Array.from(text).slice(0, MAX_REFERENCE_LENGTH).join('');
}

/** Whether a customer who types this means the order: by its reference, or by the whole of a number that was cut for it. */
export function namesOrder(typed: string, orderId: string, order: ShopOrder): boolean {
  const key = referenceKey(typed);
  return (
    key === referenceKey(referenceOf(orderId, order)) || (!order.reference?.trim() && key === referenceKey(orderId))
  );
}

/** An order whose amount cannot be charged is the shop's fault, not the customer's. */
export function checkedOrder(order: ShopOrder): ShopOrder {
  if (typeof order.amount !== 'string' || !isAmount(order.amount)) {
    throw new TypeError('findOrder gave no amount such as "12341"');
  }
  return order;
}

/** Of an amount that `isAmount` has taken. */
export function cents(amount: string): number {
  const [shillings = '', rest = ''] = amount.split('.');
  return Number(shillings + rest.padEnd(2, '0'));
}

function newAttempt(of: {
  orderId: string;
  price: string;
  msisdn: string;
  phoneHash: string;
  now: number;
  rules: Context['rules'];
}): Attempt {
  const { orderId, price, msisdn, phoneHash, now, rules } = of;
  return {
    id: crypto.randomUUID(),
    orderId,
    state: 'sending',
    amount: price,
    shillings: Math.floor(cents(price) / 100) + (hasCents(price) ? 1 : 0),
    phoneMasked: maskPhone(msisdn),
    phoneHash,
    checkoutRequestId: null,
    merchantRequestId: null,
    resultCode: null,
    resultDesc: null,
    receipt: null,
    callback: null,
    createdAt: now,
    sentAt: null,
    expiresAt: now + rules.promptWindowMs,
    settledAt: null,
    dueAt: now + LOST_AFTER_MS,
    queries: 0,
    silences: 0,
    contradictions: 0,
    version: 0,
  };
}

function evidenceOf(sent: PushAnswer | Unsent): Evidence {
  switch (sent.kind) {
    case 'accepted':
    case 'unclear':
      return sent;
    case 'refused':
      return { kind: 'refused', code: sent.error.errorCode, desc: sent.error.errorMessage };
    case 'contradicted':
      return { kind: 'unclear' };
    default:
      return { kind: 'refused', code: 'not-sent', desc: 'Nothing was sent.' };
  }
}

function paid(payment: Attempt | undefined): Response {
  return json(409, { error: 'This order is paid', paid: { payment_id: payment?.checkoutRequestId ?? null } });
}

function live({ checkoutRequestId, expiresAt }: Attempt, now: number): Response {
  const expiresIn = Math.max(1, Math.ceil((expiresAt - now) / 1000));
  const error = 'A prompt for this order may still be live';
  return fail(409, error, { live: { payment_id: checkoutRequestId, expires_in: expiresIn } }, expiresIn);
}

function refused(
  { status, error }: { readonly status: number; readonly error: DarajaError },
  attempt: Attempt,
  msisdn: string,
): Response {
  const shown = status >= 400 && status <= 599 ? status : 502;
  return json(shown, refusal(attempt.orderId, msisdn, attempt.amount, shown, error));
}

/** Daraja's refusal in the API document's shape; the phone is masked. */
export function refusal(orderId: string, phone: string, amount: string, status: number, error: DarajaError): object {
  return {
    order_meta_data: { order_id: orderId, user_phone_number: maskPhone(phone), amount },
    status_code: status,
    daraja_error: error,
  };
}

function unclear(): Response {
  return fail(502, 'Daraja gave no clear answer: a prompt may be on its way');
}

/** Nothing was sent, whatever the page has heard. `retryAfter` is in seconds. */
export function notSent(message: string, retryAfter?: number): Response {
  const daraja_error = { errorCode: 'not-sent', errorMessage: message, requestId: crypto.randomUUID() };
  return fail(503, `Nothing was sent: ${message}`, { daraja_error }, retryAfter);
}

/** The class of an error: its message may quote what no log may hold. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
