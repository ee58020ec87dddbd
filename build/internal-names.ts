/**
 * Names of properties that only our own modules know. In the one file they are one or two letters long, which saves
 * a third of a kilobyte. A name is worth a line here if it is long and occurs often.
 */

import { readdirSync, readFileSync } from 'node:fs';

const INTERNAL_NAMES = `
  announce askBeforePush audience canPay delayMs endsAt expiresAt fastUntil findOther giveUp inPage
  isBusy isCacheable isForUs isHeld isLearned isOver isPolling isPushing isRunning keptPayment leftMs
  letGo lockedForMs manualLockedForMs mayRenew monotonic needsPermission offersManual poller promptWindowMs
  renewToken retryAfterMs successPossibleUntil takeAhead takeFocus takeKept takeToken tokenExpired
  untilMs waitS whenHeld windowMs
`
  .trim()
  .split(/\s+/);

/** Where names stand that a page, a backend or storage knows. */
const PUBLIC_FILES = [
  'checkout/checkout-events',
  'checkout/stored-record',
  'client/push',
  'client/schemas',
  'element/events',
  'element/properties',
  'element/vitumob-pay-element',
  'messages/en',
  'model/attempt',
  'model/failure',
  'model/outcome',
].map((name) => new URL(`../src/${name}.ts`, import.meta.url));

/** The DOM and the language itself, as TypeScript declares them. */
const PLATFORM = new URL('../node_modules/@typescript/old/lib/', import.meta.url);

/**
 * Matches the internal names alone.
 *
 * @param code the file
 * @param libraries the modules of others that are in it
 * @throws If somebody else may know one of the names, or the file has no use for it.
 */
export function internalNames(code: string, libraries: readonly string[]): RegExp {
  const declarations = readdirSync(PLATFORM).filter((name) => /^lib\.(?:dom|es).*\.d\.ts$/.test(name));
  const files = [...PUBLIC_FILES, ...libraries, ...declarations.map((name) => new URL(name, PLATFORM))];
  const known = words(files.map((file) => readFileSync(file, 'utf8')).join('\n'));
  const used = words(code);
  for (const name of INTERNAL_NAMES) {
    // As a text it may be a key, and a template names the properties that it sets.
    const isSpelled = new RegExp(`["'\`]${name}["'\`]|${name}=\\$\\{`).test(code);
    if (known.has(name) || isSpelled) throw new Error(`build/internal-names.ts: others may know the name "${name}"`);
    if (!used.has(name)) throw new Error(`build/internal-names.ts: nothing has the name "${name}" any more`);
  }
  return new RegExp(`^(?:${INTERNAL_NAMES.join('|')})$`);
}

function words(text: string): Set<string> {
  return new Set(text.match(/[\w$]+/g));
}
