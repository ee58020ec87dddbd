import type { Plugin } from 'vite';

const DATABASES = /\/server\/(?:src|dist)\/(?:sqlite|postgres)\.(?:ts|js)$/;

/** Leaves the server's databases out: a page keeps payments in memory, and what would load them is never called there. */
export const memoryOnly = (): Plugin => ({
  name: 'vitumob-pay:memory-only',
  enforce: 'pre',
  load: (id) =>
    DATABASES.test(id)
      ? `const missing = () => { throw new Error('There is no database here, only memory'); };
         export { missing as sqliteStore, missing as postgresStore };`
      : null,
});
