import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { originOf } from '../../simulator/http/node-adapter.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface ViteServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves the demo and the gallery, as `npm start` does, on a port of its own. */
export async function startVite(): Promise<ViteServer> {
  const server = await createServer({
    root: ROOT,
    // Servers that run side by side would write the same prepared dependencies.
    cacheDir: join(ROOT, 'node_modules/.cache/vitumob-pay-vite', basename(process.argv[1] ?? 'vite')),
    logLevel: 'error',
    clearScreen: false,
    server: { port: 0, hmr: false, watch: null },
  });
  await server.listen();
  assert.ok(server.httpServer);
  const origin = originOf(server.httpServer).replace('[::1]', 'localhost');
  return { origin, close: () => server.close() };
}
