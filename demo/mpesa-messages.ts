/** What M-Pesa writes to its customers. */

import type { HandsetView } from '../simulator/daraja/handset-api.js';
import type { HandsetPrompt } from './backend.js';
import { mpesaAmount } from './money.js';
import { smsTime } from './time.js';

/** The question of a prompt. */
export function promptQuestion({ amount, business, reference }: HandsetPrompt): string {
  return `Do you want to pay ${mpesaAmount(amount)} to ${business} Account no. ${reference}? Enter M-PESA PIN:`;
}

export interface Message {
  readonly id: string;
  readonly at: number;
  readonly text: string;
  /** An SMS stays; a notice is what the SIM toolkit shows when a prompt ends without one. */
  readonly kind: 'sms' | 'notice';
}

/**
 * What the phone has had to say about its prompts and payments, newest first.
 *
 * @param since epoch milliseconds; prompts from before are cleared away
 */
export function messagesOf({ balance, prompts, payments }: HandsetView, since: number): readonly Message[] {
  let balanceThen = balance;
  const ended = [
    ...prompts.map((prompt) => ({ at: prompt.opened_at, prompt })),
    ...payments.map((payment) => ({ at: payment.at, payment })),
  ].sort((one, other) => other.at - one.at);
  return ended.flatMap((each): Message[] => {
    const balanceAfter = balanceThen;
    if ('payment' in each) {
      const { receipt, amount, business, account, at } = each.payment;
      balanceThen += amount;
      const text = confirmed({ receipt, amount, business, account, at, balance: balanceAfter });
      return at >= since ? [{ id: receipt, at, text, kind: 'sms' }] : [];
    }
    const { prompt, at } = each;
    if (prompt.result_code === null) return [];
    if (prompt.receipt !== null) balanceThen += prompt.amount;
    const message = messageOf(prompt, balanceAfter);
    return message && at >= since ? [{ id: prompt.id, at, ...message }] : [];
  });
}

function confirmed(of: {
  readonly receipt: string;
  readonly amount: number;
  readonly business: string;
  readonly account: string | undefined;
  readonly at: number;
  readonly balance: number;
}): string {
  const account = of.account === undefined ? '' : ` for account ${of.account}`;
  return `${of.receipt} Confirmed. ${mpesaAmount(of.amount)} sent to ${of.business}${account} on ${smsTime(of.at)}. New M-PESA balance is ${mpesaAmount(of.balance)}. Transaction cost, Ksh0.00.`;
}

function messageOf(prompt: HandsetPrompt, balance: number): Pick<Message, 'text' | 'kind'> | undefined {
  const { amount, business, reference, receipt, opened_at: at } = prompt;
  const paid = mpesaAmount(amount);
  switch (String(prompt.result_code)) {
    case '0':
      return {
        kind: 'sms',
        text: confirmed({ receipt: receipt ?? '', amount, business, account: reference, at, balance }),
      };
    case '1':
      return {
        kind: 'sms',
        text: `Failed. You do not have enough money in your M-PESA account to pay ${paid} to ${business}. Your M-PESA balance is ${mpesaAmount(balance)}.`,
      };
    case '2001':
      return { kind: 'sms', text: 'You have entered the wrong PIN. Please try again with the right PIN.' };
    case '1031':
    case '1032':
      return { kind: 'notice', text: `Request to pay ${paid} cancelled` };
    case '1019':
    case '1037':
      return { kind: 'notice', text: `Request to pay ${paid} went unanswered` };
    default:
      return undefined;
  }
}
