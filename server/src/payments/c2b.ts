import { z } from 'zod';
import { isAmount } from '../../../src/model/amount.js';
import type { DarajaAccount } from '../daraja/client.js';
import { fail, json } from '../http/answers.js';
import type { PaymentsOptions, ShopOrder } from '../options.js';
import { redact } from '../redact.js';
import { referenceKey, type Order } from './attempt.js';
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
  const token = await tokens.get();
  if (token === undefined) return 'Daraja gave no access token: look at the consumer key and secret';
  return daraja.registerC2b(token, await c2bUrls(keys, options));
}

/** Where payments wait that name no order of ours. */
const NO_ORDER = '';

/** Takes the confirmation of a payment without a prompt, at an address that only Daraja knows. */
export async function handleC2b(context: Context, body: string, request: Request): Promise<Response> {
  const { store, clock, log, metrics, options } = context;
  const parsed = confirmationSchema.safeParse(parseJson(body));
  if (!parsed.success) return fail(400, 'The body has to be a C2B confirmation of Daraja’s');
  const { TransID: transId, TransAmount: paid, BillRefNumber: reference, BusinessShortCode } = parsed.data;

  // Daraja does not confirm again: a shop that cannot be asked now is asked by a person later.
  const lost = (error: unknown): undefined => {
    log.error({ error: nameOf(error) }, 'the order of a payment without a prompt could not be looked up');
  };
  try {
    const ours = [options.daraja.shortcode, options.daraja.partyB].includes(BusinessShortCode);
    const found = ours ? await findOrder(context, reference, request).catch(lost) : undefined;
    await store.withOrder(found?.id ?? NO_ORDER, async (tx) => {
      const now = clock.now();
      const { order } = tx;
      const price = found?.amount ?? '';
      // Daraja confirms a prompt's payment here too: the same receipt is the same payment.
      const same = order.paidReceipt === transId || (found !== undefined && (await tx.hasReceipt(transId)));
      const isPaid = order.paidAttempt !== null || order.paidReceipt !== null;
      const covers = isAmount(price) && Number(paid) >= cents(price) / 100;
      const outcome = same ? 'same' : found && covers && !isPaid ? 'paid' : 'review';
      const isNew = await tx.addC2b({
        transId,
        orderId: found?.id ?? null,
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
      const type = outcome === 'paid' ? 'payment.paid' : 'payment.review';
      const event = makeEvent(type, now, {
        order_id: found?.id ?? redact(reference),
        payment_id: null,
        attempt_id: null,
        amount: found ? price : paid,
        receipt: transId,
        result_code: outcome === 'paid' ? 0 : null,
        result_desc: outcome === 'paid' ? 'Paid without a prompt.' : reviewReason({ found, isPaid, paid }),
      });
      await tx.addEvent(`c2b:${transId}`, event, now);
    });
  } catch (error) {
    log.error({ error: nameOf(error) }, 'a payment without a prompt could not be stored');
    return fail(503, 'The confirmation could not be stored; send it again');
  }
  return json(200, ACCEPTED);
}

function reviewReason(of: { found: Order | undefined; isPaid: boolean; paid: string }): string {
  if (!of.found) return `KES ${of.paid} came without a prompt, for a reference that is no order’s.`;
  if (of.isPaid) return `KES ${of.paid} came without a prompt, for an order that is paid already.`;
  return `KES ${of.paid} came without a prompt, which is too little for the order.`;
}

/** The one order that has this reference; none where several have it. */
async function findOrder(context: Context, reference: string, request: Request): Promise<Order | undefined> {
  const { store, options } = context;
  const key = referenceKey(reference);
  if (!key) return undefined;
  const cut = cutReference(key);
  let known = await store.ordersWithReference(key);
  // The page shows an order's whole number.
  if (!known.length && cut !== key) known = await store.ordersWithReference(cut, key);
  if (known.length > 1) return undefined;
  const [order] = known;
  if (order) return { ...order, amount: (await lookUp(context, order.id, request))?.amount ?? order.amount };

  const byReference = await options.findOrderByReference?.(reference);
  if (byReference) return asOrder(byReference.orderId, byReference);
  for (const candidate of new Set([reference.trim(), key, key.toUpperCase()])) {
    const found = await lookUp(context, candidate, request);
    if (found && namesOrder(reference, candidate, found)) return asOrder(candidate, found);
  }
  return undefined;
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
