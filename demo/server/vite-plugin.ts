import { type Connect, loadEnv, type Plugin, type PreviewServer, type ViteDevServer } from 'vite';
import type { AllowedOrigins } from '../../simulator/http/cors.js';
import { realFetch } from '../../simulator/http/handler.js';
import { type Behind, createSimulation } from '../../simulator/simulation.js';
import { behindFrom } from './environment.js';
import { type AdapterOptions, originOf, serve } from '../../simulator/http/node-adapter.js';

export interface DemoBackendOptions extends AdapterOptions {
  /** Whose pages may call, beyond the server's own. */
  readonly allowedOrigins?: AllowedOrigins;
  /** What is behind; by default what the environment and Vite's `.env` files say. */
  readonly behind?: Behind;
}

/**
 * Mounts the payments API, the simulated Daraja with its phones, and the control API in Vite's own server, `vite` and `vite preview`
 * alike. They reach each other over real HTTP on that server's port.
 */
export function demoBackend(options: DemoBackendOptions = {}): Plugin {
  let behind: Behind = { kind: 'simulator' };
  const mount = (server: ViteDevServer | PreviewServer): void => {
    const { httpServer } = server;
    if (!httpServer) throw new Error('The demo needs a Vite server that listens on a port of its own.');
    const simulation = createSimulation({
      behind,
      fetch: realFetch,
      origin: () => originOf(httpServer),
      ...(options.allowedOrigins && { allowedOrigins: options.allowedOrigins }),
    });
    const middleware: Connect.NextHandleFunction = (incoming, outgoing, next) => {
      const [pathname = '/'] = (incoming.url ?? '/').split('?');
      if (simulation.handles(pathname)) void serve(simulation.fetch, incoming, outgoing, options);
      else next();
    };
    server.middlewares.use(middleware);
    if (behind.kind === 'simulator') printMore(server);
    httpServer.once('close', () => {
      simulation.reset();
    });
  };
  return {
    name: 'vitumob-pay:demo-backend',
    apply: 'serve',
    // Here, and not in `mount`: a server that fails while it is being set up stays half open.
    configResolved({ mode, envDir, root }) {
      behind = options.behind ?? behindFrom(loadEnv(mode, envDir || root, ['DARAJA_', 'PAYMENTS_', 'PUBLIC_URL']));
    },
    configureServer: mount,
    configurePreviewServer: mount,
  };
}

/** Beside its own addresses, the server prints those of the simulation, with the port that it really has. */
function printMore(server: ViteDevServer | PreviewServer): void {
  const printUrls = server.printUrls.bind(server);
  server.printUrls = () => {
    printUrls();
    const { local = [], network = [] } = server.resolvedUrls ?? {};
    const [url] = [...local, ...network];
    if (url === undefined) return;
    const { origin } = new URL(url);
    const { logger } = server.config;
    logger.info(`  ➜  Simulated Daraja: ${origin}/daraja`);
    logger.info(
      `  ➜  Pay on the simulated phone: curl -d '{"action":"approve"}' ${origin}/daraja/handset/0723123123/prompts/latest`,
    );
  };
}
