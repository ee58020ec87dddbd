import type { DatabaseOption } from '../options.js';
import { MemoryStore } from './memory.js';
import type { Store } from './store.js';

/** Opens the database, and makes or migrates its schema. */
export async function openStore(database: DatabaseOption): Promise<Store> {
  const store = await open(database);
  try {
    await store.migrate();
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

async function open(database: DatabaseOption): Promise<Store> {
  if ('memory' in database) return new MemoryStore();
  if ('store' in database) return database.store;
  // Loaded only where they are used: a page bundles none of it.
  if ('sqlite' in database) return (await import('../sqlite.js')).sqliteStore(database.sqlite);
  return (await import('../postgres.js')).postgresStore(database.postgres);
}
