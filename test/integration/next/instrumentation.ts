export async function register() {
  if (process.env.NEXT_RUNTIME === 'nodejs') globalThis.payments = (await import('./payments')).payments;
}
