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
 *
 * A phone is `{phone, pin, balance, reachable, prompts: [{id, business, amount, reference, opened_at, lapses_at, open,
 * result_code, receipt}]}`; times are epoch milliseconds, `result_code` is null until the outcome is there. An action on a prompt
 * that is no longer on the screen gets 409.
 */
import { Hono } from 'hono';
import { z } from 'zod/mini';
import { eventStream } from '../http/event-stream.js';
import { json, methodNotAllowed } from '../http/handler.js';
import { readJson } from '../http/read-json.js';
import type { Prompt, PromptDesk } from './prompt-desk.js';
import type { ResultCode } from './result-codes.js';

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
  return { ...desk.handset(phone), prompts: prompts.map(viewOfPrompt) };
}

/** `254` and the nine digits, from any way of writing a Kenyan number; undefined for anything else. */
export function msisdn(written: string): string | undefined {
  const subscriber = /^(?:\+?254|0)?([17]\d{8})$/.exec(written.replace(/[\s().-]/g, ''))?.[1];
  return subscriber && `254${subscriber}`;
}

/** The routes at the top of this file, to be mounted under `/handset`. */
export function handsetApi(desk: PromptDesk): Hono {
  const app = new Hono();

  app.get('/', () => json({ handsets: desk.handsets.map(({ phone }) => handsetView(desk, phone)) }));
  app.all('/', () => methodNotAllowed('GET'));

  app.get('/events', () =>
    eventStream((send) => {
      for (const { phone } of desk.handsets) send('handset', handsetView(desk, phone));
      return desk.changes.add((phone) => {
        send('handset', handsetView(desk, phone));
      });
    }),
  );
  app.all('/events', () => methodNotAllowed('GET'));

  app.get('/:phone', (c) => {
    const phone = msisdn(c.req.param('phone'));
    return phone ? json(handsetView(desk, phone)) : notAPhone();
  });
  app.post('/:phone', async (c) => {
    const phone = msisdn(c.req.param('phone'));
    if (!phone) return notAPhone();
    const body = await readJson(c.req.raw);
    if (!body.ok) return body.refusal;
    const changes = z.safeParse(changesSchema, body.value);
    if (!changes.success) return json({ error: 'Expected {pin?: "1234", balance?: number, reachable?: boolean}' }, 400);
    desk.change(phone, Object.fromEntries(Object.entries(changes.data).filter(([, value]) => value !== undefined)));
    return json(handsetView(desk, phone));
  });
  app.all('/:phone', () => methodNotAllowed('GET', 'POST'));

  app.get('/:phone/events', (c) => {
    const phone = msisdn(c.req.param('phone'));
    if (!phone) return notAPhone();
    return eventStream((send) => {
      send('handset', handsetView(desk, phone));
      return desk.changes.add((changed) => {
        if (changed === phone) send('handset', handsetView(desk, phone));
      });
    });
  });
  app.all('/:phone/events', () => methodNotAllowed('GET'));

  app.post('/:phone/prompts/:id', async (c) => {
    const phone = msisdn(c.req.param('phone'));
    if (!phone) return notAPhone();
    const body = await readJson(c.req.raw);
    if (!body.ok) return body.refusal;
    const parsed = z.safeParse(actionSchema, body.value);
    if (!parsed.success)
      return json(
        { error: 'Expected {action: "approve" | "cancel" | "ignore" | "answer", …}; see handset-api.ts' },
        400,
      );
    const id = c.req.param('id');
    const prompt = id === 'latest' ? desk.openPrompts(phone).at(-1) : desk.prompt(id);
    if (prompt?.phone !== phone) return json({ error: 'This phone has no such prompt' }, 404);
    const action = parsed.data;
    const done = desk.act(
      prompt,
      action.action === 'approve' ? { action: 'approve', pin: action.pin ?? desk.handset(phone).pin } : action,
    );
    return done ? json(handsetView(desk, phone)) : json({ error: 'The prompt is no longer on the screen' }, 409);
  });
  app.all('/:phone/prompts/:id', () => methodNotAllowed('POST'));

  return app;
}

function notAPhone(): Response {
  return json({ error: 'Not a Kenyan mobile number' }, 400);
}
