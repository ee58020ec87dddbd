import { z } from 'zod';
import { isAmount } from '../../../src/model/amount.js';
import type { DarajaAccount } from '../daraja/client.js';
import { fail, json } from '../http/answers.js';
import type { PaymentsOptions, ShopOrder } from '../options.js';
import { redact } from '../redact.js';
import { referenceKey, type Attempt, type Order } from './attempt.js';
import { ACCEPTED, parseJson } from './callback.js';
import { c2bUrls, makeEvent, type Context } from './context.js';
import { cents, checkedOrder, cutReference, nameOf, namesOrder, referenceOf } from './push.js';

const text = z.union([z.string(), z.number()]).transform((value) => String(value).trim());
const confirmationSchema = z.object({
  TransID: text.pipe(z.string().min(1).max(64)),
  TransAmount: text.pipe(z.string().regex(/^\d+(?:\.\d+)?$/)),
  BillRefNumber: text.pipe(z.string().max(255)).catch(''),
  BusinessShortCode: text,
});

/** What it takes to have Daraja confirm such payments: none of what a prompt takes. */
type Registrar = Pick<Context, 'keys' | 'tokens' | 'daraja'> & {
  readonly options: Pick<PaymentsOptions, 'publicUrl'> & { readonly daraja: Pick<DarajaAccount, 'shortcode'> };
};

/** Registers the addresses with Daraja; what Daraja said where it refused. */
export async function registerC2b({ keys, tokens, daraja, options }: Registrar): Promise<string | undefined> {
  const urls = await c2bUrls(keys, options);
  for (let tries = 1; ; tries++) {
    const token = await tokens.get();
    if (token === undefined) return 'Daraja gave no access token: look at the consumer key and secret';
    const answer = await daraja.registerC2b(token, urls);
    if (answer.kind === 'taken') return undefined;
    if (answer.kind !== 'token-expired' || tries === 2) return answer.said;
    tokens.refuse(token);
  }
}

/** Where payments wait that name no order of ours. */
const NO_ORDER = '';

/** Takes the confirmation of a payment without a prompt, at an address that only Daraja knows. */
export async function handleC2b(context: Context, body: string, request: Request): Promise<Response> {
  const { store, clock, log, metrics, options } = context;
  const parsed = confirmationSchema.safeParse(parseJson(body));
  if (!parsed.success) return fail(400, 'The body has to be a C2B confirmation of Daraja’s');
  const { TransID: transId, TransAmount: paid, BillRefNumber: reference, BusinessShortCode } = parsed.data;

  try {
    const ours = [options.daraja.shortcode, options.daraja.partyB].includes(BusinessShortCode);
    const search: Search = ours
      ? await findOrder(context, reference, request).catch(() => ({ lost: 'unasked' as const }))
      : { lost: 'shortcode' };
    const { order: found, lost } = search;
    if (found ? search.isStale : lost === 'unasked') {
      log.error({ order: found?.id ?? null }, 'the order of a payment without a prompt could not be looked up');
    }
    const candidate = lost === 'unasked' ? unaskedId(reference) : undefined;
    const orderId = found?.id ?? candidate ?? NO_ORDER;
    await store.withOrder(orderId, async (tx) => {
      const now = clock.now();
      const { order } = tx;
      const price = found?.amount ?? '';
      // Daraja confirms a prompt's payment here too: the same receipt is the same payment.
      const same = order.paidReceipt === transId || (orderId !== NO_ORDER && (await tx.hasReceipt(transId)));
      const isPaid = order.paidAttempt !== null || order.paidReceipt !== null;
      const covers = isAmount(price) && Number(paid) >= cents(price) / 100;
      const outcome = same ? 'same' : found && covers && !isPaid ? 'paid' : 'review';
      const isNew = await tx.addC2b({
        transId,
        orderId: orderId === NO_ORDER ? null : orderId,
        amount: paid,
        // Customers type their own number there too.
        reference: redact(reference),
        outcome,
        receivedAt: now,
      });
      if (!isNew || outcome === 'same') return;
      metrics.count('transitions', `c2b_${outcome}`);
      log.info({ order: found?.id ?? null, outcome }, 'payment without a prompt');
      if (found && outcome === 'paid') {
        await tx.saveOrder({ ...found, liveAttempt: null, paidAttempt: null, paidReceipt: transId });
      }
      // Of an order that is known by another reference this one is not.
      const isHeld = candidate !== undefined && !order.referenceKey;
      const held = isHeld ? heldPayment({ orderId, transId, paid, now }) : undefined;
      if (held) {
        await tx.addAttempt(held);
        await tx.addTransition({ attemptId: held.id, from: null, to: held.state, cause: 'c2b', code: null, at: now });
        if (order.liveAttempt === null) await tx.saveOrder({ ...order, liveAttempt: held.id });
      }
      const payer = order.paidAttempt === null ? undefined : await tx.attempt(order.paidAttempt);
      const reason = reviewReason({ search, isPaid, byUnknownReceipt: payer?.receipt === null, paid });
      const type = outcome === 'paid' ? 'payment.paid' : 'payment.review';
      const event = makeEvent(type, now, {
        order_id: found?.id ?? redact(reference),
        payment_id: null,
        attempt_id: held?.id ?? null,
        amount: found ? price : paid,
        receipt: transId,
        result_code: outcome === 'paid' ? 0 : null,
        result_desc: outcome === 'paid' ? 'Paid without a prompt.' : reason,
      });
      await tx.addEvent(`c2b:${transId}`, event, now);
    });
  } catch (error) {
    log.error({ error: nameOf(error) }, 'a payment without a prompt could not be stored');
    return fail(503, 'The confirmation could not be stored; send it again');
  }
  return json(200, ACCEPTED);
}

/** The order that a payment without a prompt is for, or why none is known. */
type Search =
  /** `isStale`: the shop could not be asked; the amount is the one that it gave last. */
  | { readonly order: Order; readonly isStale?: boolean; readonly lost?: never }
  | { readonly order?: never; readonly lost: 'shortcode' | 'none' | 'several' | 'unasked' };

function reviewReason(of: { search: Search; isPaid: boolean; byUnknownReceipt: boolean; paid: string }): string {
  const { search, isPaid, byUnknownReceipt, paid } = of;
  const came = `KES ${paid} came without a prompt`;
  if (search.order) {
    if (isPaid && byUnknownReceipt) {
      return `KES ${paid} came for an order that a prompt has paid, whose receipt is not known: it may be that payment.`;
    }
    if (isPaid) return `${came}, for an order that is paid already.`;
    return search.isStale
      ? `${came}, which is less than the order cost when it was last looked up; it could not be looked up now.`
      : `${came}, which is too little for the order.`;
  }
  switch (search.lost) {
    case 'shortcode':
      return `${came}, to a Pay Bill or till that is not this server’s.`;
    case 'none':
      return `${came}, for a reference that is no order’s.`;
    case 'several':
      return `${came}, for a reference that more than one order has.`;
    case 'unasked':
      return `${came}, and the shop could not be asked for its order.`;
  }
}

/** The number of the order that is held while nobody can say whether there is one with this reference. */
function unaskedId(reference: string): string | undefined {
  const id = reference.trim();
  // What names a phone is no order's number, and is kept by nobody.
  return id && !/\p{Cc}/u.test(id) && redact(id) === id ? id : undefined;
}

/** A payment that waits for a person, as an attempt: it locks its order, is listed, and is decided like one. */
function heldPayment(of: { orderId: string; transId: string; paid: string; now: number }): Attempt {
  const { orderId, transId, paid, now } = of;
  const desc = 'Paid without a prompt, while the shop could not be asked for the order.';
  return {
    id: crypto.randomUUID(),
    orderId,
    state: 'review',
    amount: paid,
    shillings: Math.floor(Number(paid)),
    phoneMasked: '',
    phoneHash: '',
    checkoutRequestId: null,
    merchantRequestId: null,
    resultCode: null,
    resultDesc: null,
    receipt: transId,
    callback: { code: 0, desc, receipt: transId, amount: Number(paid) },
    createdAt: now,
    sentAt: now,
    expiresAt: now,
    settledAt: now,
    dueAt: null,
    queries: 0,
    silences: 0,
    contradictions: 0,
    version: 0,
  };
}

/** The one order that has this reference. Throws where nobody can say whether there is one. */
async function findOrder(context: Context, reference: string, request: Request): Promise<Search> {
  const { store, options } = context;
  const key = referenceKey(reference);
  if (!key) return { lost: 'none' };
  const cut = cutReference(key);
  let known = await store.ordersWithReference(key);
  // The page shows an order's whole number.
  if (!known.length && cut !== key) known = await store.ordersWithReference(cut, key);
  if (known.length > 1) return { lost: 'several' };
  const [order] = known;
  if (order) {
    try {
      return { order: { ...order, amount: (await lookUp(context, order.id, request))?.amount ?? order.amount } };
    } catch {
      // A prompt, too, pays an order at the price that it had when it was last looked up.
      return { order, isStale: true };
    }
  }

  const byReference = await options.findOrderByReference?.(reference);
  if (byReference) return { order: asOrder(byReference.orderId, byReference) };
  for (const candidate of new Set([reference.trim(), key, key.toUpperCase()])) {
    const found = await lookUp(context, candidate, request);
    if (found && namesOrder(reference, candidate, found)) return { order: asOrder(candidate, found) };
  }
  return { lost: 'none' };
}

async function lookUp({ options }: Context, orderId: string, request: Request): Promise<ShopOrder | undefined> {
  const found = await options.findOrder(orderId, { request, subject: null });
  return found ? checkedOrder(found) : undefined;
}

/** An order of the shop's that has not been asked for before. */
export function asOrder(id: string, found: ShopOrder): Order {
  return {
    id,
    liveAttempt: null,
    paidAttempt: null,
    paidReceipt: null,
    amount: checkedOrder(found).amount,
    referenceKey: referenceKey(referenceOf(id, found)),
  };
}
