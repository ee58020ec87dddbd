import { createServer } from 'node:http';
import { createSimulation, type Simulation, type SimulationOptions } from '../../simulator/simulation.js';
import { realFetch } from '../../simulator/http/handler.js';
import { type AdapterOptions, originOf, serve } from '../../simulator/http/node-adapter.js';

export interface DemoServerOptions extends AdapterOptions, Omit<SimulationOptions, 'fetch' | 'origin'> {
  /** 0, the default, takes any free one. */
  readonly port?: number;
}

export interface DemoServer {
  /** Such as `http://127.0.0.1:41234`. */
  readonly origin: string;
  readonly simulation: Simulation;
  /** Breaks what is open and stops; no timer is left. */
  close(): Promise<void>;
}

/** Serves the simulation alone, without pages, on a port of its own. */
export async function startDemoServer(options: DemoServerOptions = {}): Promise<DemoServer> {
  const { port = 0, keepAlive = true, ...rest } = options;
  const server = createServer();
  // A request that is in hand when the server stops asks for it too, and by then there is no port.
  let origin = '';
  const simulation = createSimulation({ ...rest, fetch: realFetch, origin: () => (origin ||= originOf(server)) });
  server.on('request', (incoming, outgoing) => {
    void serve(simulation.fetch, incoming, outgoing, { keepAlive });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  origin = originOf(server);
  return {
    origin,
    simulation,
    close: () => {
      simulation.reset();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}
