// The payments of payments.mjs in Next.js: app/payments/[...path]/route.js, and the same app/c/[...path]/route.js.
const pay = (request) => globalThis.payments.fetch(request);
export { pay as GET, pay as POST, pay as HEAD, pay as OPTIONS };
