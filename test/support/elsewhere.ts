/**
 * What the platform does on other threads, such as signing a token: it ends by itself, and no number of turns of the event
 * loop says when. It is counted, so that a test can wait for it.
 */
export const elsewhere = { started: 0, pending: 0 };

for (const [method, { value: own }] of Object.entries(Object.getOwnPropertyDescriptors(SubtleCrypto.prototype)) as [
  string,
  TypedPropertyDescriptor<unknown>,
][]) {
  if (typeof own !== 'function' || method === 'constructor') continue;
  Object.defineProperty(SubtleCrypto.prototype, method, {
    configurable: true,
    value(this: SubtleCrypto, ...all: unknown[]): Promise<unknown> {
      elsewhere.started++;
      elsewhere.pending++;
      return (own.apply(this, all) as Promise<unknown>).finally(() => elsewhere.pending--);
    },
  });
}
