/** Kenya is three hours ahead of UTC all year. */
const NAIROBI_OFFSET_MS = 3 * 60 * 60 * 1000;

/** `YYYYMMDDHHmmss` in Nairobi, as Daraja writes `Timestamp` and `TransactionDate`. */
export function nairobiTimestamp(epochMs: number): string {
  return new Date(epochMs + NAIROBI_OFFSET_MS).toISOString().replace(/\D/g, '').slice(0, 14);
}
