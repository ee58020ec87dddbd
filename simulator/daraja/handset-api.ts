/**
 * The simulated phones over HTTP, for a page and for curl. `:phone` is any form of a Kenyan number (`0723123123`).
 *
 *     GET  /handset                             every phone seen so far
 *     GET  /handset/events                      server-sent events "handset": a phone, first all of them, then each that changes
 *     GET  /handset/:phone                      one phone and its prompts, newest first
 *     GET  /handset/:phone/events               the same events, of one phone
 *     POST /handset/:phone                      {"pin": "1234", "balance": 1000000, "reachable": true}, each optional
 *     POST /handset/:phone/prompts/:id          what the person does; ":id" may be "latest"
 *         {"action": "approve", "pin": "1234"}  pays; without a pin the right one; a wrong one ends with 2001
 *         {"action": "cancel"}                  1032
 *         {"action": "ignore", "after_ms": 26000}   1037 after that time
 *         {"action": "answer", "result_code": 26}   any other end
 *     POST /handset/:phone/payments             pays a Pay Bill from the phone's own menu; without an account, a till
 *         {"shortcode": "174379", "account": "1234567891", "amount": 12341, "pin": "1234", "confirmation": "twice"}
 *
 * A phone is `{phone, pin, balance, reachable, prompts: [{id, business, amount, reference, opened_at, lapses_at, open,
 * result_code, receipt}], payments: [{receipt, shortcode, account, business, amount, at}]}`; times are epoch milliseconds,
 * `result_code` is null until the outcome is there. An action on a prompt that is no longer on the screen gets 409, and so does a
 * payment with a wrong PIN or too little money.
 */
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod/mini';
import { parsePhone } from '../../src/client/index.js';
import { eventStream } from '../http/event-stream.js';
import { json } from '../http/handler.js';
import { jsonApi, readShape } from '../http/json-api.js';
import { type Delivery, deliverySchema } from './delivery.js';
import type { MenuPayment, Prompt } from './prompt.js';
import type { PromptDesk } from './prompt-desk.js';
import type { ResultCode } from './result-codes.js';
import { shortcodeSchema } from './stk-requests.js';

const pin = z.string().check(z.regex(/^\d{4}$/));

const actionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('approve'), pin: z.optional(pin) }),
  z.strictObject({ action: z.literal('cancel') }),
  z.strictObject({ action: z.literal('ignore'), after_ms: z.optional(z.number().check(z.nonnegative())) }),
  z.strictObject({ action: z.literal('answer'), result_code: z.union([z.int(), z.string().check(z.regex(/\d/))]) }),
]);

const changesSchema = z.strictObject({
  pin: z.optional(pin),
  balance: z.optional(z.number().check(z.nonnegative())),
  reachable: z.optional(z.boolean()),
});

const paymentSchema = z.strictObject({
  shortcode: shortcodeSchema,
  account: z.optional(z.string().check(z.minLength(1), z.maxLength(20))),
  amount: z.int().check(z.positive()),
  pin: z.optional(pin),
  confirmation: z.optional(deliverySchema),
});

/** Pays from the phone's own menu. */
type PayFromMenu = (
  phone: string,
  order: { readonly shortcode: string; readonly account?: string | undefined; readonly amount: number },
  pin: string,
  confirmation?: Delivery,
) => { readonly paid: MenuPayment } | { readonly problem: string };

/** A prompt as a handset's page sees it. */
interface HandsetPrompt {
  readonly id: string;
  readonly business: string;
  /** Whole Kenyan shillings. */
  readonly amount: number;
  readonly reference: string;
  /** Epoch milliseconds. */
  readonly opened_at: number;
  readonly lapses_at: number;
  readonly open: boolean;
  readonly result_code: ResultCode | null;
  readonly receipt: string | null;
}

/** A phone as a handset's page sees it. */
export interface HandsetView {
  readonly phone: string;
  readonly pin: string;
  readonly balance: number;
  readonly reachable: boolean;
  /** Newest first. */
  readonly prompts: readonly HandsetPrompt[];
  /** What was paid from the phone's own menu, newest first. */
  readonly payments: readonly Omit<MenuPayment, 'phone'>[];
}

function viewOfPrompt(prompt: Prompt): HandsetPrompt {
  return {
    id: prompt.id,
    business: prompt.business,
    amount: prompt.amount,
    reference: prompt.reference,
    opened_at: prompt.openedAt,
    lapses_at: prompt.lapsesAt,
    open: prompt.open,
    result_code: prompt.resultCode ?? null,
    receipt: prompt.receipt ?? null,
  };
}

/** What a phone shows now. */
export function handsetView(desk: PromptDesk, phone: string): HandsetView {
  const prompts = desk.prompts.filter((prompt) => prompt.phone === phone).reverse();
  const payments = [...desk.payments(phone)].reverse();
  return {
    ...desk.handset(phone),
    prompts: prompts.map(viewOfPrompt),
    payments: payments.map(({ phone: _, ...payment }) => payment),
  };
}

/** The routes at the top of this file, to be mounted under `/handset`. */
export function handsetApi(desk: PromptDesk, pay: PayFromMenu) {
  const app = jsonApi();

  app.get('/', () => json({ handsets: desk.handsets.map(({ phone }) => handsetView(desk, phone)) }));

  app.get('/events', (c) =>
    eventStream(c, (send) => {
      for (const { phone } of desk.handsets) send('handset', handsetView(desk, phone));
      return desk.changes.add((phone) => {
        send('handset', handsetView(desk, phone));
      });
    }),
  );

  app.get('/:phone', (c) => json(handsetView(desk, phoneOf(c))));

  app.post('/:phone', async (c) => {
    const phone = phoneOf(c);
    const changes = await readShape(
      c,
      changesSchema,
      () => 'Expected {pin?: "1234", balance?: number, reachable?: boolean}',
    );
    desk.change(phone, Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)));
    return json(handsetView(desk, phone));
  });

  app.get('/:phone/events', (c) => {
    const phone = phoneOf(c);
    return eventStream(c, (send) => {
      send('handset', handsetView(desk, phone));
      return desk.changes.add((changed) => {
        if (changed === phone) send('handset', handsetView(desk, phone));
      });
    });
  });

  app.post('/:phone/prompts/:id', async (c) => {
    const phone = phoneOf(c);
    const action = await readShape(
      c,
      actionSchema,
      () => 'Expected {action: "approve" | "cancel" | "ignore" | "answer", …}; see handset-api.ts',
    );
    const id = c.req.param('id');
    const prompt = id === 'latest' ? desk.openPrompts(phone).at(-1) : desk.prompt(id);
    if (prompt?.phone !== phone) return json({ error: 'This phone has no such prompt' }, 404);
    const done = desk.act(
      prompt,
      action.action === 'approve' ? { action: 'approve', pin: action.pin ?? desk.handset(phone).pin } : action,
    );
    return done ? json(handsetView(desk, phone)) : json({ error: 'The prompt is no longer on the screen' }, 409);
  });

  app.post('/:phone/payments', async (c) => {
    const phone = phoneOf(c);
    const {
      pin = desk.handset(phone).pin,
      confirmation,
      ...order
    } = await readShape(
      c,
      paymentSchema,
      () => 'Expected {shortcode: "174379", account?: "1234567891", amount: 12341, pin?: "1234"}; see handset-api.ts',
    );
    const answer = pay(phone, order, pin, confirmation);
    if ('problem' in answer) return json({ error: `Not paid: ${answer.problem}` }, 409);
    return json(handsetView(desk, phone));
  });

  return app;
}

/** @throws HTTPException 400 for what is no Kenyan mobile number */
function phoneOf(c: Context): string {
  const parsed = parsePhone(c.req.param('phone') ?? '');
  if ('problem' in parsed) throw new HTTPException(400, { message: 'Not a Kenyan mobile number' });
  return parsed.msisdn;
}
