/**
 * A payments backend for <vitumob-pay> on Node 20 or later, without dependencies: token, push and status for the page, the callback for
 * Daraja. See docs/backend.md for its duties, and for how to start it.
 *
 * What it remembers is in memory: put `payments` and `callbacks` into your database, and `amountOf` is your table of orders.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const setting = (name, otherwise) => {
  const value = process.env[name] || otherwise;
  if (!value) throw new Error(`${name} is not set`);
  return value;
};
const daraja = {
  baseUrl: setting('DARAJA_BASE_URL'),
  consumerKey: setting('DARAJA_CONSUMER_KEY'),
  consumerSecret: setting('DARAJA_CONSUMER_SECRET'),
  shortcode: setting('DARAJA_SHORTCODE'),
  passkey: setting('DARAJA_PASSKEY'),
  // With a path that nobody can guess: it is all that tells Daraja's callbacks from forged ones.
  callbackUrl: setting('DARAJA_CALLBACK_URL'),
};
const callbackPath = new URL(daraja.callbackUrl).pathname;
const shopOrigin = setting('SHOP_ORIGIN');
const ordersFile = setting('ORDERS_FILE', new URL('../orders.json', import.meta.url));

/** For as long a prompt may be on the phone. */
const PROMPT_WINDOW_MS = 1000 * Number(setting('PROMPT_WINDOW_S', '120'));
/** Then Daraja is asked what became of it. */
const CALLBACK_OVERDUE_MS = 1000 * Number(setting('CALLBACK_OVERDUE_S', '20'));
/** Below the widget's own 30 s. */
const DARAJA_TIMEOUT_MS = 25_000;
const TOKEN_LIFE_S = 600;
const MAX_BODY_BYTES = 16_384;
/** Any other code in a query's answer is none yet (docs/backend.md). */
const FINAL_CODES = new Set('0 1 2 3 4 8 17 26 1001 1019 1025 1031 1032 1036 1037 2001 9999'.split(' '));

/** Every push that may have put a prompt on a phone: { orderId, id, since, result }. */
const payments = [];
/** What Daraja has posted, by CheckoutRequestID. It may come before the answer to the push. */
const callbacks = new Map();
const ofOrder = (orderId) => payments.filter((payment) => payment.orderId === orderId);

/** What the order costs, as a decimal string; undefined for an order that there is not. */
const amountOf = (orderId) => {
  const orders = JSON.parse(readFileSync(ordersFile, 'utf8'));
  return Object.hasOwn(orders, orderId) ? orders[orderId] : undefined;
};
const cents = (amount) => Math.round(Number(amount) * 100);
const masked = (phone) => `${phone.slice(0, 4)}*****${phone.slice(-3)}`;

// The page's token: our own, signed and short-lived. Daraja's never leaves this server, as it opens all of the account's APIs.
const signature = (expiry) => createHmac('sha256', daraja.consumerSecret).update(`page ${expiry}`).digest('hex');
const newToken = () => {
  const expiry = Math.floor(Date.now() / 1000) + TOKEN_LIFE_S;
  return `${expiry}.${signature(expiry)}`;
};
const isValid = (token) => {
  const [expiry, signed = ''] = token.split('.');
  const right = Buffer.from(signature(expiry));
  const given = Buffer.from(signed);
  return right.length === given.length && timingSafeEqual(right, given) && Number(expiry) * 1000 > Date.now();
};

/** Asks Daraja. `undefined` is no clear answer: what was asked for may have happened. */
async function ask(path, init) {
  try {
    const signal = AbortSignal.timeout(DARAJA_TIMEOUT_MS);
    const response = await fetch(daraja.baseUrl + path, { ...init, redirect: 'error', signal });
    const body = await response.json();
    if (body.errorCode) return { status: response.status, error: body };
    return response.ok ? { body } : undefined;
  } catch {
    return undefined;
  }
}

let darajaToken;

async function tokenOfDaraja() {
  if (darajaToken && Date.now() < darajaToken.expiry) return darajaToken.value;
  const credentials = btoa(`${daraja.consumerKey}:${daraja.consumerSecret}`);
  const headers = { authorization: `Basic ${credentials}` };
  const answer = await ask('/oauth/v1/generate?grant_type=client_credentials', { headers });
  if (!answer?.body?.access_token) return undefined;
  const { access_token: value, expires_in } = answer.body;
  darajaToken = { value, expiry: Date.now() + (Number(expires_in) - 10) * 1000 };
  return value;
}

/** Posts to Daraja; once more with a fresh token where it has refused the one that we had, so that nothing has happened yet. */
async function post(path, fields, mayRenew = true) {
  const token = await tokenOfDaraja();
  if (!token) return { status: 502, error: { errorCode: 'no-token', errorMessage: 'Daraja gave no access token' } };
  const nairobi = new Date(Date.now() + 3 * 60 * 60 * 1000).toISOString();
  const timestamp = nairobi.replace(/\D/g, '').slice(0, 14);
  const answer = await ask(path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      BusinessShortCode: daraja.shortcode,
      Password: btoa(daraja.shortcode + daraja.passkey + timestamp),
      Timestamp: timestamp,
      ...fields,
    }),
  });
  if (answer?.error?.errorCode !== '404.001.03' || !mayRenew) return answer;
  darajaToken = undefined;
  return post(path, fields, false);
}

async function push({ headers, body }) {
  const token = headers.authorization;
  if (!token) return [400, { error: 'Access token not provided' }];
  const expired = { errorCode: '404.001.03', errorMessage: 'Invalid Access Token', requestId: '' };
  if (!isValid(token)) return [404, { status_code: 404, daraja_error: expired }];

  const { order_id: orderId, user_phone_number: phone, amount } = body?.order ?? {};
  if (![orderId, phone, amount].every((field) => typeof field === 'string') || !/^254[17]\d{8}$/.test(phone))
    return [400, { error: 'Expected {"order": {"order_id", "user_phone_number", "amount"}}, all strings' }];
  const price = amountOf(orderId);
  if (price === undefined) return [404, { error: 'No such order' }];
  if (cents(amount) !== cents(price)) return [400, { error: 'This is not what the order costs' }];

  for (const payment of ofOrder(orderId)) await settle(payment);
  // From here to the mark nothing is awaited: of two requests in one moment the second finds it.
  const before = ofOrder(orderId);
  if (before.some(isPaid)) return [409, { error: 'This order is already paid' }];
  const live = before.find(isLive);
  if (live) {
    const expires_in = Math.max(0, Math.ceil((live.since + PROMPT_WINDOW_MS - Date.now()) / 1000));
    return [409, { error: 'A prompt for this order may still be live', live: { payment_id: live.id, expires_in } }];
  }
  const payment = { orderId, id: null, since: Date.now(), result: null };
  payments.push(payment);
  const forget = () => payments.splice(payments.indexOf(payment), 1);

  const answer = await post('/mpesa/stkpush/v1/processrequest', {
    TransactionType: 'CustomerPayBillOnline',
    Amount: Math.ceil(Number(price)), // M-Pesa moves whole shillings
    PartyA: phone,
    PartyB: daraja.shortcode,
    PhoneNumber: phone,
    CallBackURL: daraja.callbackUrl,
    AccountReference: orderId.replace(/[^\w-]/g, '').slice(-12) || 'order',
    TransactionDesc: 'Order',
  });
  console.log(`push for order ${orderId} to ${masked(phone)}: ${outcomeOf(answer)}`);
  if (answer?.error) {
    forget(); // Daraja has refused it: nothing was sent
    const { errorCode, errorMessage = '', requestId = '' } = answer.error;
    const status = Math.max(answer.status, 400);
    return [status, { status_code: status, daraja_error: { errorCode, errorMessage, requestId } }];
  }
  const { CheckoutRequestID, MerchantRequestID, ResponseCode } = answer?.body ?? {};
  payment.since = Date.now();
  if (!CheckoutRequestID) return [502, { error: 'Daraja gave no clear answer; a prompt may be on the phone' }];
  if (ResponseCode === '0') payment.id = CheckoutRequestID;
  else forget();
  return [
    200,
    {
      payment_id: CheckoutRequestID,
      order_id: orderId,
      daraja_response: { CheckoutRequestID, MerchantRequestID, ResponseCode },
      amount: Number(price),
    },
  ];
}

const outcomeOf = (answer) => answer?.error?.errorCode ?? answer?.body?.ResponseCode ?? 'no clear answer';

/** The code in a callback or in a query's answer, as a string: it comes as either. */
const codeIn = (result) => String(result?.Body?.stkCallback?.ResultCode ?? result?.ResultCode);
const isPaid = ({ result }) => codeIn(result) === '0';
const saysPaid = ({ id }) => codeIn(callbacks.get(id)) === '0';
/** Whether a prompt may be on the phone, or a callback says paid and the query has not confirmed it. */
const isLive = (payment) => (!payment.result && Date.now() < payment.since + PROMPT_WINDOW_MS) || saysPaid(payment);

/**
 * Finds out what became of a payment. Callbacks are not signed, so Daraja's query has to agree with one before it counts; where
 * no callback comes, the query alone has to do. A success is final.
 */
async function settle(payment) {
  if (!payment.id) return;
  const callback = callbacks.get(payment.id);
  // The callback has the receipt number, which the query's answer lacks.
  if (isPaid(payment) && saysPaid(payment)) payment.result = callback;
  if (payment.result && (isPaid(payment) || !saysPaid(payment))) return;
  if (!callback && Date.now() < payment.since + CALLBACK_OVERDUE_MS) return;

  const answer = await post('/mpesa/stkpushquery/v1/query', { CheckoutRequestID: payment.id });
  if (answer?.body?.CheckoutRequestID !== payment.id || isPaid(payment)) return;
  const code = codeIn(answer.body);
  if (codeIn(callback) === code) payment.result = callback;
  else if (FINAL_CODES.has(code)) payment.result = answer.body;
}

async function status({ query }) {
  // Ask your session here whose order it is.
  const [orderId, id] = [query.get('order_id'), query.get('payment_id')];
  const all = ofOrder(orderId);
  for (const payment of all) await settle(payment);
  const payment = all.find(isPaid) ?? all.find((one) => id && one.id === id) ?? all.at(-1);
  if (!payment) return [404, { error: 'No such payment' }];
  return payment.result ? [200, payment.result] : [202, { status: 'pending' }];
}

async function callback({ body }) {
  const id = body?.Body?.stkCallback?.CheckoutRequestID;
  if (typeof id !== 'string') return [400, { error: 'Not a callback' }];
  // Callbacks come late and twice: a success stays.
  if (!saysPaid({ id })) callbacks.set(id, body);
  const payment = payments.find((one) => one.id === id);
  if (payment) await settle(payment);
  return [200, { ResultCode: 0, ResultDesc: 'Accepted' }];
}

const routes = {
  // Answer only to a session that has an order to pay, and limit the rate.
  'GET /payments/mpesa/token': () => [200, { access_token: newToken(), expires_in: String(TOKEN_LIFE_S) }],
  'POST /payments/mpesa/payment/push/request': push,
  'GET /payments/mpesa/status': status,
  [`POST ${callbackPath}`]: callback,
};

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) if ((size += chunk.length) <= MAX_BODY_BYTES) chunks.push(chunk);
  return size <= MAX_BODY_BYTES ? JSON.parse(Buffer.concat(chunks).toString() || 'null') : null;
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams: query } = new URL(request.url, 'http://localhost');
  const { method, headers } = request;
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Vary', 'Origin');
  if (headers.origin === shopOrigin) {
    response.setHeader('Access-Control-Allow-Origin', shopOrigin);
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
    response.setHeader('Access-Control-Max-Age', '7200');
  }
  if (method === 'OPTIONS') return response.writeHead(204).end();
  const route = routes[`${method} ${pathname}`];
  let answer = [404, { error: 'Not found' }];
  try {
    if (route) answer = await route({ headers, query, body: method === 'POST' ? await read(request) : null });
  } catch (error) {
    // Without the error's text, which may quote what was sent.
    console.error(`${error.name} in ${route?.name}`);
    answer =
      error instanceof SyntaxError ? [400, { error: 'The body is not JSON' }] : [500, { error: 'Internal error' }];
  }
  response.writeHead(answer[0], { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(answer[1]));
});

server.listen(Number(setting('PORT', '8080')), () => console.log('Listening'));
