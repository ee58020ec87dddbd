/**
 * The payments server, Daraja with its phones, the faults and the control API, as one handler: what the demo's server mounts, and what
 * tests call in the page. Each side reaches the other by `fetch` alone.
 */
import { Hono } from 'hono';
import type { DarajaAccount } from '../server/src/daraja/client.js';
import { createDaraja, type Daraja, type DarajaRecord, SIMULATED_ACCOUNT } from './daraja/daraja.js';
import type { DarajaSettings } from './daraja/scripts.js';
import { type Backend, type BackendSettings, CALLBACKS_PATH, createBackend } from './backend/backend.js';
import type { BackendRecord } from './backend/record.js';
import { realClock, type SimulationClock } from './clock.js';
import { CONTROL_PATH, type Controlled, controlApi } from './control-api.js';
import { allowOrigins, type AllowedOrigins } from './http/cors.js';
import { DARAJA_ENDPOINTS, type FaultRecord, FaultScript, PAYMENTS_ENDPOINTS, withFaults } from './faults.js';
import { type FetchLike, type Handler, json, realFetch } from './http/handler.js';
import { inPageFetch } from './http/in-page-fetch.js';
import { proxyTo } from './http/proxy.js';

/** What is behind the demo's page: all simulated, a real Daraja, or a deployed payments API. */
export type Behind =
  | { readonly kind: 'simulator' }
  | {
      readonly kind: 'daraja';
      readonly account: DarajaAccount;
      /** Where Daraja reaches the demo's backend. */
      readonly publicUrl: string;
    }
  | { readonly kind: 'payments-api'; readonly url: string };

export interface SimulationOptions {
  readonly behind?: Behind;
  /** Where the simulation itself is reached; a function where that is known only later. By default an in-page address. */
  readonly origin?: () => string;
  /** Reaches that origin, and what is behind. By default the handler is called in the page, without a network. */
  readonly fetch?: FetchLike;
  readonly clock?: SimulationClock;
  readonly random?: () => number;
  readonly allowedOrigins?: AllowedOrigins;
  readonly backendSettings?: Partial<BackendSettings>;
  readonly darajaSettings?: Partial<DarajaSettings>;
  /** Is told of all work that the backend does by itself, so that a test can await it. */
  readonly track?: (work: Promise<unknown>) => Promise<unknown>;
}

/** What happened so far. No token, no whole phone number. */
export interface SimulationRecord {
  /** Every request to token, push and status with the fault that it met, also those that the backend never saw. */
  readonly requests: readonly FaultRecord[];
  /** Null where a deployed payments API is behind. */
  readonly backend: BackendRecord | null;
  /** Null where it is not simulated. */
  readonly daraja: DarajaRecord | null;
}

export interface Simulation extends Controlled {
  readonly fetch: Handler;
  /** `fetch` for a page: calls the simulation in place of the network. */
  readonly pageFetch: typeof fetch;
  readonly behind: Behind['kind'];
  readonly record: SimulationRecord;
  /** Whether a path is the simulation's; a server with pages of its own keeps the rest. */
  handles(pathname: string): boolean;
}

/** The simulation with all its parts simulated. */
export interface FullSimulation extends Simulation {
  readonly backend: Backend;
  readonly daraja: Daraja;
}

const IN_PAGE_ORIGIN = 'https://pay.test';
const DARAJA_PATH = '/daraja';
const PAYMENTS_PATH = '/payments/mpesa';

/** Builds the simulation. With nothing said, all of it runs in memory. */
export function createSimulation(
  options?: SimulationOptions & { readonly behind?: { kind: 'simulator' } },
): FullSimulation;
export function createSimulation(options?: SimulationOptions): Simulation;
export function createSimulation(options: SimulationOptions = {}): Simulation {
  const {
    behind = { kind: 'simulator' },
    clock = realClock,
    random = Math.random,
    origin = () => IN_PAGE_ORIGIN,
    allowedOrigins = [],
  } = options;
  const pageFetch = inPageFetch((request) => handle(request), `${IN_PAGE_ORIGIN}/`);
  const fetch: FetchLike = options.fetch ?? pageFetch;
  const faults = new FaultScript(PAYMENTS_ENDPOINTS);
  const darajaFaults = new FaultScript(DARAJA_ENDPOINTS);

  const daraja =
    behind.kind === 'simulator'
      ? createDaraja({ basePath: DARAJA_PATH, clock, random, fetch, settings: options.darajaSettings ?? {} })
      : undefined;
  const backend =
    behind.kind === 'payments-api'
      ? undefined
      : createBackend({
          clock,
          fetch,
          settings: options.backendSettings ?? {},
          daraja: () =>
            behind.kind === 'daraja' ? behind.account : { ...SIMULATED_ACCOUNT, baseUrl: origin() + DARAJA_PATH },
          publicUrl: () => (behind.kind === 'daraja' ? behind.publicUrl : origin()),
          ...(daraja && { query: (id) => daraja.query(id) }),
          ...(options.track && { track: options.track }),
        });
  const payments = withFaults(
    backend?.fetch ?? proxyTo(behind.kind === 'payments-api' ? behind.url : origin(), realFetch),
    faults,
    clock,
  );
  // Faults come with CORS headers too: a page on another origin would otherwise see each of them as a broken connection.
  const paymentsApp = new Hono()
    .use(allowOrigins(allowedOrigins))
    .all('*', (c) => payments(c.req.raw))
    .onError((error) => {
      throw error; // The connection is to break.
    });
  const darajaWithFaults = daraja && withFaults(daraja.fetch, darajaFaults, clock);

  const simulation: Simulation = {
    fetch: (request) => handle(request),
    pageFetch,
    behind: behind.kind,
    backend,
    daraja,
    faults,
    darajaFaults,
    get record() {
      return { requests: faults.log, backend: backend?.record ?? null, daraja: daraja?.record ?? null };
    },
    handles: (pathname) => part(pathname) !== undefined,
    reset: () => {
      faults.reset();
      darajaFaults.reset();
      daraja?.reset();
      backend?.reset();
    },
  };
  const control = controlApi(simulation);

  function part(pathname: string): Handler | undefined {
    const under = (path: string): boolean => pathname === path || pathname.startsWith(`${path}/`);
    if (under(PAYMENTS_PATH)) return async (request) => paymentsApp.fetch(request);
    if (pathname.startsWith(`${CALLBACKS_PATH}/`) && backend) return backend.fetch;
    if (under(CONTROL_PATH)) return control;
    if (under(DARAJA_PATH)) return darajaWithFaults;
    return undefined;
  }

  async function handle(request: Request): Promise<Response> {
    const handler = part(new URL(request.url).pathname);
    return handler ? handler(request) : json({ error: 'Not found' }, 404);
  }

  return simulation;
}
