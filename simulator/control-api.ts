/**
 * The control API of the demo and of the tests, under `/demo/api`. Bodies and answers are JSON; a POST must say so in its
 * Content-Type, which keeps other sites' pages out.
 *
 *     POST /demo/api/reset           {}: everything back to the start
 *     POST /demo/api/faults          {"token": [], "push": ["reset-after"], "status": [{"fault": "slow", "ms": 500}]}: replaces the named queues
 *     POST /demo/api/backend         {"guard", "release_ms", "status_shape", "worthless_tokens"}, each optional
 *     POST /demo/api/backend/expire-tokens  {}: all page tokens become invalid
 *     POST /demo/api/orders          {"1234567891": "12341"}: what orders cost, and that they may be paid from the phone's own menu
 *     POST /demo/api/daraja          {"script": {…}, "token_life_seconds", "prompt_life_ms", …}, each optional
 *     POST /demo/api/daraja/faults   {"oauth": [], "stk": ["reset-after"], "query": []}: the same, between the payments API and Daraja
 *     POST /demo/api/daraja/scripts  [{"outcome": 1032, "callback": "late"}, …]: one per push to come
 *     POST /demo/api/daraja/expire-tokens   {}: all access tokens become invalid
 *     GET  /demo/api/settings        all settings, and what runs behind
 *     GET  /demo/api/record          what was asked, pushed, called back and polled
 *     GET  /demo/api/events          server-sent events: "record", the same, at once and at every change, and "handset", each phone likewise
 */
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod/mini';
import type { Daraja } from './daraja/daraja.js';
import { darajaSettingsSchema, pushScriptSchema } from './daraja/scripts.js';
import { type Backend, backendSettingsSchema, ordersSchema } from './backend/backend.js';
import { eventStream } from './http/event-stream.js';
import { type DarajaEndpoint, darajaFaultQueuesSchema, faultQueuesSchema, type FaultScript } from './faults.js';
import { type Handler, json } from './http/handler.js';
import { jsonApi, readShape } from './http/json-api.js';

/** Where the control API is mounted. */
export const CONTROL_PATH = '/demo/api';

/** What the control API steers. */
export interface Controlled {
  readonly behind: string;
  readonly backend: Backend | undefined;
  readonly daraja: Daraja | undefined;
  readonly faults: FaultScript;
  /** Those between the payments API and Daraja. */
  readonly darajaFaults: FaultScript<DarajaEndpoint>;
  readonly record: unknown;
  reset(): void;
}

/** Builds the control API of a simulation. */
export function controlApi(simulation: Controlled): Handler {
  const { backend, daraja, faults, darajaFaults } = simulation;
  const app = jsonApi({ basePath: CONTROL_PATH, notFound: 'Not found; see control-api.ts' });

  const settings = () => ({
    behind: simulation.behind,
    backend: backend?.settings ?? null,
    daraja: daraja?.settings ?? null,
    faults: faults.queues,
    daraja_faults: darajaFaults.queues,
  });

  /** A route that reads a body of this shape, does its work, and answers with all settings. */
  const change = <Schema extends z.core.$ZodType>(
    path: string,
    schema: Schema,
    apply: (body: z.infer<Schema>) => void | Promise<void>,
  ) => {
    app.post(path, async (c) => {
      if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
        throw new HTTPException(415, { message: 'Send Content-Type: application/json' });
      const body = await readShape(c, schema, (path) => {
        const where = path.map(String).join('.');
        return `Not understood${where ? `: ${where}` : ''}; see control-api.ts`;
      });
      await apply(body);
      return json(settings());
    });
  };

  const nothing = z.strictObject({});

  change('/reset', nothing, () => {
    simulation.reset();
  });
  change('/faults', faultQueuesSchema, (queues) => {
    faults.set(queues);
  });
  if (backend) {
    change('/backend', backendSettingsSchema, (changes) => {
      backend.configure(given(changes));
    });
    change('/backend/expire-tokens', nothing, () => {
      backend.expireTokens();
    });
    change('/orders', ordersSchema, async (amounts) => {
      backend.openOrders(amounts);
      // A real account is registered by hand, once.
      if (daraja) await backend.registerC2b();
    });
  }
  if (daraja) {
    change('/daraja', darajaSettingsSchema, (changes) => {
      daraja.configure(given(changes));
    });
    change('/daraja/faults', darajaFaultQueuesSchema, (queues) => {
      darajaFaults.set(queues);
    });
    change('/daraja/scripts', z.array(pushScriptSchema), (scripts) => {
      daraja.script(...scripts);
    });
    change('/daraja/expire-tokens', nothing, () => {
      daraja.expireTokens();
    });
  }

  app.get('/settings', () => json(settings()));
  app.get('/record', () => json(simulation.record));
  // One stream for everything: a browser opens six connections to a host at most, and each open stream keeps one.
  app.get('/events', (c) =>
    eventStream(c, (send) => {
      const sendRecord = (): void => {
        send('record', simulation.record);
      };
      sendRecord();
      for (const phone of daraja?.phones ?? []) send('handset', daraja?.handset(phone).view());
      const ends = [
        // The backend never hears of some of the requests that went wrong.
        faults.changes.add(sendRecord),
        backend?.changes.add(sendRecord),
        daraja?.changes.add((phone) => {
          send('handset', daraja.handset(phone).view());
        }),
      ];
      return () => {
        for (const end of ends) end?.();
      };
    }),
  );
  return async (request) => app.fetch(request);
}

/** The changes without the keys that were left out. */
function given<T extends object>(changes: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as never;
}
