const pay = (request: Request) => globalThis.payments.fetch(request);
export { pay as GET, pay as POST, pay as HEAD, pay as OPTIONS };
