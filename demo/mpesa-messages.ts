/** What M-Pesa writes to its customers. */

import type { HandsetView } from '../simulator/daraja/handset-api.js';
import type { HandsetPrompt } from './backend.js';
import { mpesaAmount } from './money.js';
import type { Language } from './settings.js';
import { smsTime } from './time.js';

/** What a customer has paid, with both amounts as they are written. */
interface Paid {
  readonly receipt: string;
  readonly amount: string;
  readonly business: string;
  readonly account: string | undefined;
  readonly at: string;
  readonly balance: string;
}

/** Amounts are given as M-Pesa writes them. */
export interface MpesaWords {
  readonly question: (amount: string, business: string, reference: string) => string;
  /** In the word that the checkout has for it. */
  readonly cancel: string;
  readonly send: string;
  /** The phone's own menu. Nobody asks there, so there is nothing to say no to. */
  readonly menu: {
    readonly title: string;
    readonly close: string;
    readonly business: string;
    readonly account: string;
    readonly amount: string;
  };
  readonly at: (day: string, time: string) => string;
  readonly confirmed: (paid: Paid) => string;
  readonly tooLittle: (amount: string, business: string, balance: string) => string;
  readonly wrongPin: string;
  readonly cancelled: (amount: string) => string;
  readonly unanswered: (amount: string) => string;
}

/** M-Pesa writes to its customers in the language that they have chosen on their phones: here it is that of the page. */
export const MPESA_WORDS: Readonly<Record<Language, MpesaWords>> = {
  en: {
    question: (amount, business, reference) =>
      `Do you want to pay ${amount} to ${business} Account no. ${reference}? Enter M-PESA PIN:`,
    cancel: 'Cancel',
    send: 'Send',
    menu: {
      title: 'Lipa na M-PESA: Pay Bill',
      close: 'Close',
      business: 'Business no.',
      account: 'Account no.',
      amount: 'Amount',
    },
    at: (day, time) => `${day} at ${time}`,
    confirmed: ({ receipt, amount, business, account, at, balance }) =>
      `${receipt} Confirmed. ${amount} sent to ${business}${account === undefined ? '' : ` for account ${account}`} on ${at}. New M-PESA balance is ${balance}. Transaction cost, Ksh0.00.`,
    tooLittle: (amount, business, balance) =>
      `Failed. You do not have enough money in your M-PESA account to pay ${amount} to ${business}. Your M-PESA balance is ${balance}.`,
    wrongPin: 'You have entered the wrong PIN. Please try again with the right PIN.',
    cancelled: (amount) => `Request to pay ${amount} cancelled`,
    unanswered: (amount) => `Request to pay ${amount} went unanswered`,
  },
  sw: {
    question: (amount, business, reference) =>
      `Je, unataka kulipa ${amount} kwa ${business} Akaunti nambari ${reference}? Weka PIN ya M-PESA:`,
    cancel: 'Kataa',
    send: 'Tuma',
    menu: {
      title: 'Lipa na M-PESA: Lipa Bili',
      close: 'Funga',
      business: 'Nambari ya biashara',
      account: 'Nambari ya akaunti',
      amount: 'Kiasi',
    },
    at: (day, time) => `${day} saa ${time}`,
    confirmed: ({ receipt, amount, business, account, at, balance }) =>
      `${receipt} Imethibitishwa. ${amount} imetumwa kwa ${business}${account === undefined ? '' : ` kwa akaunti ${account}`} tarehe ${at}. Salio jipya la M-PESA ni ${balance}. Gharama ya muamala, Ksh0.00.`,
    tooLittle: (amount, business, balance) =>
      `Imeshindikana. Huna pesa za kutosha kwenye akaunti yako ya M-PESA kulipa ${amount} kwa ${business}. Salio lako la M-PESA ni ${balance}.`,
    wrongPin: 'Umeweka PIN isiyo sahihi. Tafadhali jaribu tena kwa PIN sahihi.',
    cancelled: (amount) => `Ombi la kulipa ${amount} limekataliwa`,
    unanswered: (amount) => `Ombi la kulipa ${amount} halikujibiwa`,
  },
};

/** The question of a prompt. */
export function promptQuestion({ amount, business, reference }: HandsetPrompt, lang: Language): string {
  return MPESA_WORDS[lang].question(mpesaAmount(amount), business, reference);
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
export function messagesOf(
  { balance, prompts, payments }: HandsetView,
  since: number,
  lang: Language,
): readonly Message[] {
  const words = MPESA_WORDS[lang];
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
      const text = words.confirmed({
        ...{ receipt, business, account },
        amount: mpesaAmount(amount),
        at: words.at(...smsTime(at)),
        balance: mpesaAmount(balanceAfter),
      });
      return at >= since ? [{ id: receipt, at, text, kind: 'sms' }] : [];
    }
    const { prompt, at } = each;
    if (prompt.result_code === null) return [];
    if (prompt.receipt !== null) balanceThen += prompt.amount;
    const message = messageOf(prompt, balanceAfter, words);
    return message && at >= since ? [{ id: prompt.id, at, ...message }] : [];
  });
}

function messageOf(
  prompt: HandsetPrompt,
  balance: number,
  words: MpesaWords,
): Pick<Message, 'text' | 'kind'> | undefined {
  const { business, reference, receipt, opened_at: openedAt } = prompt;
  const amount = mpesaAmount(prompt.amount);
  switch (String(prompt.result_code)) {
    case '0': {
      const paid = { receipt: receipt ?? '', amount, business, account: reference, balance: mpesaAmount(balance) };
      return { kind: 'sms', text: words.confirmed({ ...paid, at: words.at(...smsTime(openedAt)) }) };
    }
    case '1':
      return { kind: 'sms', text: words.tooLittle(amount, business, mpesaAmount(balance)) };
    case '2001':
      return { kind: 'sms', text: words.wrongPin };
    case '1031':
    case '1032':
      return { kind: 'notice', text: words.cancelled(amount) };
    case '1019':
    case '1037':
      return { kind: 'notice', text: words.unanswered(amount) };
    default:
      return undefined;
  }
}
