/** How modules are found and read in Node: see in-node.ts. */
import { URL } from 'node:url';

const FEWER_RUNS = new URL('fewer-runs.mjs', import.meta.url).href;

/** Of `@open-wc/testing` the tests use `expect` alone, which is Chai's. */
export function resolve(specifier, context, next) {
  if (specifier === '@open-wc/testing') return next('@esm-bundle/chai/esm/chai.js', context);
  const isReplaced = specifier === 'fast-check' && !context.parentURL?.startsWith(FEWER_RUNS);
  return next(isReplaced ? FEWER_RUNS : specifier, context);
}

/**
 * Schemas are built once. One that was built before a mutant of it was switched on would be the sound one, and the tests
 * after the first that uses it would not be known to reach it.
 */
const BUILT_ONCE = /built\s*\?\?=\s*build\(\)/;
const BUILT_FOR_EACH_MUTANT = `(() => {
  const { activeMutant, currentTestId } = globalThis.__stryker__ ?? {};
  const key = activeMutant + ' ' + currentTestId;
  if (built?.key !== key) built = { key, schema: build() };
  return built.schema;
})()`;

export async function load(url, context, next) {
  const loaded = await next(url, context);
  if (!/\/src\/client\/schemas\.ts(?:\?|$)/.test(url)) return loaded;
  const parts = String(loaded.source).split(BUILT_ONCE);
  if (parts.length === 1) throw new Error('Schemas are no longer built as test/mutation/hooks.mjs expects');
  return { ...loaded, source: parts.join(BUILT_FOR_EACH_MUTANT) };
}
