/** What an endpoint answered, before any event fires. */

import type { Rule } from './hint.js';
import { all, answered, showAnswerStatus, showKeys } from './matchers.js';

/** Two answers within this time were not held. Polls are 2 s apart in the first minute. */
const NOT_HELD_MS = 5000;

export const ANSWER_RULES: readonly Rule[] = [
  {
    name: 'text-around-json',
    type: 'answer',
    symptom: 'an answer with text before or after its JSON',
    applies: all(answered('token', 'push', 'status'), ({ answer }) => answer?.format === 'text-around-json'),
    about: ({ answer }) => answer?.endpoint ?? '',
    meaning: 'The widget cannot read the answer.',
    cause: 'PHP prints its warnings into the answer, or a debug bar or an echo adds its own text.',
    certain: false,
    fix: 'Open the endpoint and read the text. Fix what it warns of, and set display_errors to 0 in production.',
  },
  {
    name: 'token-bearer',
    type: 'answer',
    symptom: '`access_token` begins with `Bearer `',
    applies: all(answered('token'), ({ answer }) => answer?.hasBearer === true),
    meaning: 'The widget refuses the token, because a token has no space in it.',
    cause: 'The backend answers the whole Authorization header.',
    certain: true,
    fix: 'Answer the token alone, without "Bearer ". The backend adds "Bearer " when it calls Daraja.',
  },
  {
    name: 'daraja-answer',
    type: 'answer',
    symptom: "push-url answers with Daraja's body as it came",
    applies: all(answered('push'), ({ answer }) => answer?.darajaResponse === 'bare'),
    about: showKeys,
    meaning: 'The widget cannot tell whether the push was accepted, so it locks the order for prompt-window.',
    cause: "The backend passes Daraja's answer on instead of putting it into daraja_response.",
    certain: true,
    fix: 'Answer {"payment_id":"…","daraja_response":{…}}, with Daraja\'s whole answer in daraja_response (docs/backend.md).',
  },
  {
    name: 'daraja-response-text',
    type: 'answer',
    symptom: '`daraja_response` is a text',
    applies: all(answered('push'), ({ answer }) => answer?.darajaResponse === 'text'),
    meaning: 'The widget cannot tell whether the push was accepted, so it locks the order for prompt-window.',
    cause: "The backend puts Daraja's answer into daraja_response without parsing it.",
    certain: true,
    fix: "Parse Daraja's answer before you put it in: JSON.parse, json_decode, json.loads.",
  },
  {
    name: 'status-shape',
    type: 'answer',
    symptom: '`status-url` answers with success, but in no known shape',
    applies: all(answered('status'), ({ answer }) => answer?.outcome === 'unknown'),
    about: showKeys,
    meaning: 'The widget takes this answer for "not yet", and goes on asking.',
    cause: 'The answer is neither a callback, nor the answer to an STK query, nor {"result_code":…}.',
    certain: true,
    fix: "Answer one of the three shapes of docs/outcomes.md at the top level, or 204 if you don't know the outcome yet.",
  },
  {
    name: 'status-path',
    type: 'answer',
    symptom: '`status-url` answers 404 or 405 with a page',
    applies: ({ answer }) =>
      answer?.endpoint === 'status' && [404, 405].includes(answer.status) && answer.format === 'text',
    about: showAnswerStatus,
    meaning: 'The widget takes this answer for "not yet", and goes on asking.',
    cause: 'The path is wrong, or the endpoint takes another method. The widget sends GET.',
    certain: false,
    fix: 'Compare status-url with the route of the backend. For an order that it does not know yet, answer 404 with JSON or without a body.',
  },
  {
    name: 'status-session',
    type: 'answer',
    symptom: '`status-url` answers 401 or 403',
    applies: ({ answer }) => answer?.endpoint === 'status' && [401, 403].includes(answer.status),
    about: showAnswerStatus,
    meaning: 'The backend does not tell this visitor the outcome. The widget goes on asking.',
    cause:
      'The request had no session cookie, or no token: the widget sends the token only if status-url has the origin of push-url.',
    certain: false,
    fix: 'Put status-url on the origin of push-url, or set credentials="include" and decide by the session.',
  },
  {
    name: 'status-backend',
    type: 'answer',
    symptom: '`status-url` answers 5xx without an error of Daraja',
    applies: ({ answer }) => answer?.endpoint === 'status' && answer.status >= 500 && answer.outcome === 'unknown',
    about: showAnswerStatus,
    meaning: 'The backend failed. The widget takes that for "not yet", and goes on asking.',
    cause: 'The backend, or a gateway in front of it, threw an exception.',
    certain: false,
    fix: 'Look into its log. If it asks Daraja and Daraja says that it is busy, answer 204.',
  },
  {
    name: 'status-wait',
    type: 'answer',
    symptom: '`status-url` answers "not yet" at once',
    applies: all(
      answered('status'),
      ({ answer }) => answer?.outcome === 'pending' && (answer.sinceLastMs ?? Infinity) < NOT_HELD_MS,
    ),
    meaning: 'The widget asks every two seconds, so the customer learns of the outcome up to two seconds late.',
    cause: 'The backend ignores `wait`, the number of seconds for which it may hold its answer.',
    certain: true,
    fix: 'If your server can wait, answer as soon as the outcome is known, or when `wait` is over (docs/backend.md). If it cannot, ignore this hint.',
  },
];
