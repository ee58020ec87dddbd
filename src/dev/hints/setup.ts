/** Hints on the tag, the page and its content security policy. */

import { isAmount } from '../../model/amount.js';
import type { Rule } from './hint.js';
import { showCode } from './matchers.js';

/** Prompts have been seen to live for 60 to 180 s; nobody has published a figure. */
const SHORTEST_PROMPT_MS = 60_000;
const SECOND_MS = 1000;

/** `12,341`, `12 341`, `Ksh 100`, `100/=` */
const WRITTEN_FOR_PEOPLE = /\d[ ,\u00A0]\d|^[^\d.-]+\d|\d[^\d.]+$/;

export const SETUP_RULES: readonly Rule[] = [
  {
    name: 'curly-quotes',
    type: 'setup',
    symptom: 'an attribute such as `order-id=”42”`',
    applies: ({ setup }) => setup.quoted.length > 0,
    about: ({ setup }) => setup.quoted.join(', '),
    meaning: 'The quotes are part of the value, and a value with a space is cut at the space.',
    cause: 'An editor or a word processor has replaced the straight quotes of the tag with typographic ones.',
    certain: false,
    fix: 'Type the quotes again as ". In WordPress, paste the tag into a "Custom HTML" block.',
  },
  {
    name: 'amount-format',
    type: 'setup',
    symptom: '`amount` with separators or a currency',
    applies: ({ setup }) => !isAmount(setup.amount) && WRITTEN_FOR_PEOPLE.test(setup.amount),
    about: ({ setup }) => showCode(setup.amount),
    meaning: 'The widget cannot read the amount, and refuses to pay.',
    cause: '`amount` takes a plain decimal.',
    certain: true,
    fix: 'Give the number alone, such as 12341 or 48744.15. The widget formats it for the customer.',
  },
  {
    name: 'milliseconds',
    type: 'setup',
    symptom: '`timeout` or `prompt-window` below a second',
    applies: ({ setup }) => Math.min(setup.timeout, setup.promptWindow) < SECOND_MS,
    about: ({ setup }) => `timeout ${setup.timeout} ms, prompt-window ${setup.promptWindow} ms`,
    meaning: 'Requests time out within a second, or the next prompt may be sent within a second.',
    cause: 'The value is in seconds. Both attributes take milliseconds.',
    certain: false,
    fix: 'Write 30000 for half a minute and 120000 for two minutes.',
  },
  {
    name: 'short-window',
    type: 'setup',
    symptom: '`prompt-window` below a minute',
    applies: ({ setup }) => setup.promptWindow >= SECOND_MS && setup.promptWindow < SHORTEST_PROMPT_MS,
    about: ({ setup }) => `${setup.promptWindow} ms`,
    meaning: 'A second prompt can be sent while the first one is still on the phone: the customer can pay twice.',
    cause: '`prompt-window` is shorter than a prompt lives (60 to 180 s have been seen).',
    certain: true,
    fix: 'Remove the attribute. Its default is 120000.',
  },
  {
    name: 'changing-push-url',
    type: 'setup',
    symptom: '`push-url` with a query such as `?_wpnonce=…`',
    applies: ({ setup }) => setup.changing.length > 0,
    about: ({ setup }) => setup.changing.map(showCode).join(', '),
    meaning:
      'The widget remembers a prompt by push-url and order. If push-url is new on each page, a reload forgets the live prompt, and a second one can be sent.',
    cause: 'The query of push-url holds a nonce, a signature or a time.',
    certain: false,
    fix: 'Keep push-url the same on every page, and let the backend read the session from a cookie or from the token.',
  },
  {
    name: 'insecure-page',
    type: 'setup',
    symptom: 'a page on plain `http:`',
    applies: ({ setup }) => !setup.secure,
    meaning: 'Two tabs of this page can send a prompt at the same moment, and others can read what customers type.',
    cause: 'The page is not a secure context, and browsers offer Web Locks only in secure contexts.',
    certain: true,
    fix: 'Serve the page over https, or on localhost during development.',
  },
  {
    name: 'attribute-name',
    type: 'setup',
    symptom: 'an attribute such as `orderid` or `order_id`',
    applies: ({ setup }) => setup.misspelled.length > 0,
    about: ({ setup }) => setup.misspelled.join(', '),
    meaning: 'The attribute has no effect.',
    cause: 'In HTML, the names of attributes have dashes: `order-id`.',
    certain: true,
    fix: 'Write order-id, token-url, prompt-window and so on. orderId is the name of the property.',
  },
  {
    name: 'message-key',
    type: 'setup',
    symptom: 'an unknown key in `messages`',
    applies: ({ setup }) => setup.unknownMessages.length > 0,
    about: ({ setup }) => setup.unknownMessages.map(showCode).join(', '),
    meaning: 'The widget never shows this text.',
    cause: '`messages` has a key that the widget does not know.',
    certain: true,
    fix: 'The keys are those of dist/messages/en.js in the package. In TypeScript, `satisfies Partial<Messages>` finds a wrong key.',
  },
  {
    name: 'no-business',
    type: 'setup',
    symptom: 'no `business`',
    applies: ({ setup }) => !setup.business,
    meaning:
      'The customer does not learn which name the PIN prompt will show, so a fraudulent prompt looks like yours.',
    cause: '`business` is not set.',
    certain: true,
    fix: 'Set it to the name that M-Pesa shows for your Pay Bill or till.',
  },
  {
    name: 'csp',
    type: 'blocked',
    symptom: 'the browser reports a violation of `connect-src`',
    applies: () => true,
    meaning: 'The browser blocked a request to an endpoint.',
    cause: 'The content security policy of the page does not allow it.',
    certain: true,
    fix: 'Add the origin of the endpoint to connect-src (docs/backend.md).',
  },
];
