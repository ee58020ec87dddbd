/**
 * What the platform does on other threads, such as signing a token: it ends by itself, and no number of turns of the event
 * loop says when. It is counted, so that a test can wait for it.
 */
export const elsewhere = { started: 0, pending: 0 };

for (const method of ['sign', 'digest', 'encrypt', 'decrypt', 'importKey', 'deriveBits'] as const) {
  const { [method]: own } = SubtleCrypto.prototype as unknown as Record<
    string,
    (...all: unknown[]) => Promise<unknown>
  >;
  Object.defineProperty(SubtleCrypto.prototype, method, {
    configurable: true,
    value(this: SubtleCrypto, ...all: unknown[]) {
      elsewhere.started++;
      elsewhere.pending++;
      return own!.apply(this, all).finally(() => elsewhere.pending--);
    },
  });
}
