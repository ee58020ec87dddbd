/**
 * What a hint is, and what it is chosen by. A hint names the setting of a page, a payments backend or a Daraja app that
 * is most likely behind a problem. Hints are for developers: the customer's file has none of them.
 */

import type { PushFailureReason } from '../../model/failure.js';
import type { PaymentFailureReason, ResultCode } from '../../model/outcome.js';
import type { Answer } from '../answer.js';

/** How an element and its page are set up. */
export interface Setup {
  readonly amount: string;
  readonly business: string;
  readonly statusUrl: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** Milliseconds. */
  readonly promptWindow: number;
  /** Which of the two endpoints have another origin than the page. */
  readonly elsewhere: { readonly token: boolean; readonly push: boolean };
  /** Attributes that look like one of the element's, but are written differently. */
  readonly misspelled: readonly string[];
  /** Attributes with typographic quotes around their value or in their name. */
  readonly quoted: readonly string[];
  /** Names in the query of `push-url` that look as if their value is new on each page. */
  readonly changing: readonly string[];
  /** Keys of `messages` that name no text. */
  readonly unknownMessages: readonly string[];
  /** The page is a secure context. */
  readonly secure: boolean;
}

/** What happened: the element was set up, an endpoint answered, an event fired, or the page's policy blocked a request. */
export interface Incident {
  readonly type:
    | 'setup'
    | 'blocked'
    | 'answer'
    | 'push-success'
    | 'push-failure'
    | 'token-expired'
    | 'payment-failure'
    | 'payment-unconfirmed';
  readonly setup: Setup;
  /** The endpoint's answer: the one that came, or the one behind a `push-failure`. */
  readonly answer?: Answer | undefined;
  readonly reason?: PushFailureReason | PaymentFailureReason | undefined;
  /** HTTP status. */
  readonly status?: number | undefined;
  /** Daraja's error, as the payments backend passed it on. */
  readonly darajaError?: { readonly errorCode: string; readonly errorMessage: string } | undefined;
  readonly willRetry?: boolean | undefined;
  readonly resultCode?: ResultCode | undefined;
  /** As sent. */
  readonly phone?: string | undefined;
}

export interface Hint {
  /** The incident that it belongs to. */
  readonly type: Incident['type'];
  /** Its name in the console and in docs/troubleshooting.md. */
  readonly name: string;
  /** What the developer sees; for docs/troubleshooting.md. */
  readonly symptom: string;
  readonly meaning: string;
  /** The setting behind it. */
  readonly cause: string;
  /**
   * False if integrators have reported the cause, or if it is one of several. Nobody has published a complete list of
   * Daraja's codes, and the sources disagree on some of them.
   */
  readonly certain: boolean;
  readonly fix: string;
}

export interface Rule extends Hint {
  readonly applies: (incident: Incident) => boolean;
  /** The value at fault, in a few words: the console shows it in brackets. It holds no token and no phone number. */
  readonly about?: (incident: Incident) => string;
}
