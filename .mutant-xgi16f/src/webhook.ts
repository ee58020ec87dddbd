import { Webhook } from 'standardwebhooks';
import type { PaymentEvent } from './payments/attempt.js';

const TIMEOUT_MS = 15_000;

/** Tells the shop of an event, signed by Standard Webhooks. Rejects unless it answers 2xx. */
export function webhook(url: string, secret: string): (event: PaymentEvent) => Promise<void> {
  const signer = new Webhook(secret);
  return async ({ id, type, timestamp, data }) => {
    const body = JSON.stringify({ type, timestamp, data });
    const sentAt = new Date();
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
        'webhook-signature': signer.sign(id, sentAt, body),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The shop answered ${response.status}`);
  };
}
