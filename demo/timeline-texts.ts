/**
 * What the timeline says in both languages. The names of events, reasons and states are those of the code, and stay as they are.
 */

import type { EventDetails, EventName } from './logged-event.js';
import type { RecordKind } from './record.js';
import type { Language } from './settings.js';

export interface TimelineTexts {
  readonly page: string;
  readonly backend: string;
  readonly stopped: string;
  readonly counts: Readonly<Record<'tokens' | 'pushes' | 'prompts' | 'callbacks', string>>;
  readonly attempts: string;
  readonly noId: string;
  readonly result: (code: number | string) => string;
  readonly queries: (count: number) => string;
  readonly detailOf: (event: string) => string;
  readonly asPosted: string;
  readonly records: Readonly<Record<Exclude<RecordKind, 'fault'>, string>>;
  readonly asked: string;
  readonly fault: (name: string) => string;
  readonly nothingNew: string;
  readonly pushed: (amount: string, phone: string, status: number) => string;
  readonly withoutPrompt: (amount: string) => string;
  readonly answered: (status: number, times: number) => string;
  /** What matters of each event, in a few words. */
  readonly events: { readonly [Name in EventName]: (detail: EventDetails[Name]) => string };
}

export const TIMELINE_TEXTS: Readonly<Record<Language, TimelineTexts>> = {
  en: {
    page: 'Page',
    backend: 'Backend',
    stopped: 'stopped by the page',
    counts: { tokens: 'Tokens', pushes: 'Pushes', prompts: 'Prompts', callbacks: 'Callbacks' },
    attempts: 'Attempts in the server’s database',
    noId: 'no id',
    result: (code) => `result ${code}`,
    queries: (count) => (count === 1 ? '1 query' : `${count} queries`),
    detailOf: (event) => `detail of ${event}`,
    asPosted: 'The report as M-Pesa posted it',
    records: {
      token: 'Token',
      push: 'Push',
      callback: 'Callback',
      confirmation: 'Confirmation',
      status: 'Status',
      event: 'Shop told',
    },
    asked: 'asked for',
    fault: (name) => `fault: ${name}`,
    nothingNew: 'nothing new',
    pushed: (amount, phone, status) => `${amount} from ${phone}, answered ${status}`,
    withoutPrompt: (amount) => `${amount} without a prompt`,
    answered: (status, times) => `answered ${status}${times > 1 ? `, ${times} times` : ''}`,
    events: {
      'push-request': ({ phone }) => phone,
      'push-success': ({ checkoutRequestId }) => checkoutRequestId,
      'push-failure': ({ reason, promptPossible }) => (promptPossible ? `${reason}, prompt possible` : reason),
      'token-expired': ({ willRetry }) => (willRetry ? 'for the first time' : 'again, so it gives up'),
      'payment-success': ({ receipt }) => receipt ?? 'no receipt number',
      'payment-failure': ({ reason, resultCode }) => `${reason}, result ${resultCode}`,
      'payment-unconfirmed': () => 'nobody knows yet',
      'state-change': ({ previous, state }) => `${previous} → ${state}`,
    },
  },
  sw: {
    page: 'Ukurasa',
    backend: 'Seva',
    stopped: 'imesimamishwa na ukurasa',
    counts: { tokens: 'Tokeni', pushes: 'Maombi', prompts: 'Simu kuulizwa', callbacks: 'Ripoti' },
    attempts: 'Majaribio kwenye hifadhidata ya seva',
    noId: 'bila kitambulisho',
    result: (code) => `matokeo ${code}`,
    queries: (count) => (count === 1 ? 'swali 1' : `maswali ${count}`),
    detailOf: (event) => `maelezo ya ${event}`,
    asPosted: 'Ripoti kama M-Pesa ilivyoituma',
    records: {
      token: 'Tokeni',
      push: 'Ombi',
      callback: 'Ripoti ya M-Pesa',
      confirmation: 'Uthibitisho',
      status: 'Hali',
      event: 'Duka limeambiwa',
    },
    asked: 'imeombwa',
    fault: (name) => `hitilafu: ${name}`,
    nothingNew: 'hakuna jipya',
    pushed: (amount, phone, status) => `${amount} kutoka ${phone}, jibu ${status}`,
    withoutPrompt: (amount) => `${amount} bila ombi kwenye simu`,
    answered: (status, times) => `jibu ${status}${times > 1 ? `, mara ${times}` : ''}`,
    events: {
      'push-request': ({ phone }) => phone,
      'push-success': ({ checkoutRequestId }) => checkoutRequestId,
      'push-failure': ({ reason, promptPossible }) => (promptPossible ? `${reason}, huenda simu italia` : reason),
      'token-expired': ({ willRetry }) => (willRetry ? 'kwa mara ya kwanza' : 'tena, kwa hiyo inaacha'),
      'payment-success': ({ receipt }) => receipt ?? 'hakuna nambari ya risiti',
      'payment-failure': ({ reason, resultCode }) => `${reason}, matokeo ${resultCode}`,
      'payment-unconfirmed': () => 'bado haijulikani',
      'state-change': ({ previous, state }) => `${previous} → ${state}`,
    },
  },
};
