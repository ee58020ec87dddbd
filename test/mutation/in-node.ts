/** Lets the browser tests that need no page run in Node: of `@open-wc/testing` they use `expect` alone, which is Chai's. */
import { register } from 'node:module';
import fc from 'fast-check';

const hooks = `
export const resolve = (specifier, context, next) =>
  next(specifier === '@open-wc/testing' ? '@esm-bundle/chai/esm/chai.js' : specifier, context);
`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);

// The page's address, by which the client resolves what is relative.
Object.assign(globalThis, { location: new URL('http://localhost:8000/') });

// One failure kills a mutant: shrinking it costs time, and another seed would make another list of survivors.
fc.configureGlobal({ seed: 1, endOnFailure: true });
