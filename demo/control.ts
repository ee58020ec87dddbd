/** Speaks to the control API of what runs behind the page. */

import type { Behind, Simulation } from '../simulator/simulation.js';
import type { Scenario } from './scenarios.js';

const CONTROL_URL = '/demo/api';
const TOKEN_URL = '/payments/mpesa/token';

export type BehindKind = Behind['kind'];

export async function whatIsBehind(): Promise<BehindKind> {
  const response = await fetch(`${CONTROL_URL}/settings`);
  const { behind } = (await response.json()) as { readonly behind: BehindKind };
  return behind;
}

/**
 * Sets all up for a scenario, in place of the one before.
 *
 * @param anew whether it begins now; after an attempt it only goes on
 */
export async function setUp(scenario: Scenario, behind: BehindKind, anew: boolean): Promise<void> {
  const { token = [], push = [], status = [] } = scenario.faults ?? {};
  const settings: Promise<void>[] = [];
  if (behind !== 'payments-api')
    settings.push(post('/backend', { status_shape: 'callback', query_after_ms: 20_000, ...scenario.backend }));
  if (behind === 'simulator') settings.push(post('/daraja', { script: scenario.script ?? {} }));
  await Promise.all(settings);
  if (scenario.expireTokens && anew && behind === 'simulator') {
    // The backend has to have one stored, to hand out after it is worth nothing any more.
    if (!(await anyTokenAskedFor())) {
      await post('/faults', { token: [] });
      await fetch(TOKEN_URL);
    }
    await post('/daraja/expire-tokens', {});
  }
  await post('/faults', { token, push, status });
}

async function anyTokenAskedFor(): Promise<boolean> {
  const response = await fetch(`${CONTROL_URL}/record`);
  const { backend } = (await response.json()) as Simulation['record'];
  return (backend?.token_requests ?? 0) > 0;
}

async function post(path: string, body: unknown): Promise<void> {
  const response = await fetch(CONTROL_URL + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}
