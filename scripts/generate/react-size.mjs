import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';

const APP = `
  import { createElement } from 'react';
  import { createRoot } from 'react-dom/client';
  createRoot(document.body).render(createElement('p'));`;

/** What React with React DOM weighs, as installed here, in the smallest app that renders anything: bytes with brotli. */
export async function reactBytes() {
  const app = {
    name: 'app',
    resolveId: (name) => (name === 'app' ? `${process.cwd()}/app.js` : null),
    load: (id) => (id === `${process.cwd()}/app.js` ? APP : null),
  };
  const options = { write: false, rolldownOptions: { input: 'app' } };
  const [{ output }] = [await build({ configFile: false, logLevel: 'error', plugins: [app], build: options })].flat();
  return brotliCompressSync(output[0].code).length;
}
