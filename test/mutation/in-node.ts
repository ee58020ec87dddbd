/** Lets the browser tests that need no page run in Node: of `@open-wc/testing` they use `expect` alone, which is Chai's. */
import { register } from 'node:module';

const FEWER_RUNS = new URL('fewer-runs.ts', import.meta.url).href;

const hooks = `
export const resolve = (specifier, context, next) => {
  if (specifier === 'fast-check' && context.parentURL?.split('?')[0] !== '${FEWER_RUNS}') return next('${FEWER_RUNS}', context);
  return next(specifier === '@open-wc/testing' ? '@esm-bundle/chai/esm/chai.js' : specifier, context);
};
`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);

// The page's address, by which the client resolves what is relative.
Object.assign(globalThis, { location: new URL('http://localhost:8000/') });
