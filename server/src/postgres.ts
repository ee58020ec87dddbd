/**
 * Payments in PostgreSQL, for several instances.
 *
 * @module vitumob-pay-server/postgres
 */
import type { Pool } from 'pg';
import { openPostgres } from './stores/postgres.js';
import type { Store } from './stores/store.js';

/** A pool is used as it is and left open; an address opens a pool of the store's own. One connection of it listens. */
export function postgresStore(source: string | Pool): Promise<Store> {
  return openPostgres(source);
}
