// Starts the payments of payments.mjs with Next.js: instrumentation.js, at the root of the project.
export async function register() {
  // Not in the edge runtime. And not by the routes: `next build` loads them, and `next start` does so with the first request.
  if (process.env.NEXT_RUNTIME === 'nodejs') globalThis.payments = (await import('./payments.mjs')).payments;
}
