/** All hints, and the choice among them. Pure: an incident goes in, hints come out. */

import { ANSWER_RULES } from './answer.js';
import type { Hint, Incident, Rule } from './hint.js';
import { OUTCOME_RULES } from './outcome.js';
import { PUSH_RULES } from './push.js';
import { SETUP_RULES } from './setup.js';
import { TOKEN_RULES } from './token.js';

export type { Hint, Incident, Setup } from './hint.js';

/** Except for `setup`, the first rule that applies counts, so a particular one stands before a general one. */
const RULES: readonly Rule[] = [...SETUP_RULES, ...ANSWER_RULES, ...TOKEN_RULES, ...PUSH_RULES, ...OUTCOME_RULES];

/** Every hint, for docs/troubleshooting.md. */
export const HINTS: readonly Hint[] = RULES;

/** A hint that applies to an incident. */
export interface ChosenHint {
  readonly hint: Hint;
  /** The value at fault, or `''`. */
  readonly about: string;
  /** The backend's own words for an error, cut and without secrets, or `''`. */
  readonly said: string;
}

/** Every hint that applies to a set-up; for anything else the first one that applies. */
export function hintsFor(incident: Incident): ChosenHint[] {
  const { type, answer } = incident;
  // The hint at the answer has said why this push failed.
  if (type === 'push-failure' && answer && hintsFor({ ...incident, type: 'answer' }).length) return [];
  const rules = RULES.filter((rule) => rule.type === type && rule.applies(incident));
  const chosen = type === 'setup' ? rules : rules.slice(0, 1);
  const said = answer?.error ?? '';
  return chosen.map((hint) => ({ hint, about: hint.about?.(incident) ?? '', said }));
}

/** One line for the console. */
export function formatHint({ hint, about, said }: ChosenHint): string {
  const { name, meaning, cause, certain, fix } = hint;
  const quote = said && ` The backend says: "${said}".`;
  return `<vitumob-pay> hint ${name}${about && ` (${about})`}: ${meaning}${quote} ${certain ? 'Cause' : 'Likely cause'}: ${cause} Fix: ${fix}`;
}
