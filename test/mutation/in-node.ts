/** Lets the browser tests that need no page run in Node. */
import { register } from 'node:module';

register('./hooks.mjs', import.meta.url);

// The page's address, by which the client resolves what is relative.
Object.assign(globalThis, { location: new URL('http://localhost:8000/') });
