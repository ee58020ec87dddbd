/** The text in which a record is stored. */

import type { OrderRecord } from '../model/attempt.js';

/** Of the format. An entry of another version is not ours to read. */
const VERSION = 1;

export function serializeRecord({ ids, mayHaveUnknownPrompt, outcome, ...record }: OrderRecord): string {
  return JSON.stringify({
    version: VERSION,
    ...record,
    checkout: ids,
    blind: mayHaveUnknownPrompt,
    settlement: outcome,
  });
}

/** The record of a stored text, or `undefined` for garbage and for an entry of another version. */
export function parseRecord(text: string | null | undefined): OrderRecord | undefined {
  try {
    const stored = JSON.parse(text ?? '') as Record<string, unknown> | null;
    if (stored?.['version'] !== VERSION) return undefined;
    const { version, checkout, blind, settlement, ...rest } = stored;
    const record = {
      reason: undefined,
      ...rest,
      ids: checkout,
      mayHaveUnknownPrompt: blind,
      outcome: settlement,
    } as unknown as OrderRecord;
    const { id, phase, phone, amount, since, liveUntil, earlier } = record;
    const isSound =
      since >= 0 &&
      liveUntil >= 0 &&
      Array.isArray(earlier) &&
      [id, phase, phone, amount].every((value) => typeof value === 'string');
    return isSound ? record : undefined;
  } catch {
    return undefined;
  }
}
