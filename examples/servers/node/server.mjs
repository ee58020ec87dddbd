/**
 * A payments backend for <vitumob-pay> on Node 20 or later, without dependencies: token, push and status for the page, the callback for
 * Daraja. See docs/backend.md for its duties, and for how to start it.
 *
 * What it remembers is in memory, and gone with the process: an order whose prompt is live when the server stops can be pushed again.
 * Put `attempts` into your database before you take money with it. `priceOf` is your table of orders.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
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
  // Each attempt has an address of its own below it.
  callbackUrl: setting('DARAJA_CALLBACK_URL').replace(/\/$/, ''),
};
const callbackPath = new URL(daraja.callbackUrl).pathname;
const shopOrigin = setting('SHOP_ORIGIN');
const ordersFile = setting('ORDERS_FILE', new URL('../orders.json', import.meta.url));
/** How many proxies before this server add to X-Forwarded-For. Behind a proxy, 0 makes one address of all customers. */
const trustedProxies = Number(setting('TRUSTED_PROXIES', '0'));

/** For as long a prompt may be on the phone. */
const PROMPT_WINDOW_MS = 1000 * Number(setting('PROMPT_WINDOW_S', '120'));
/** Then Daraja is asked what became of it. */
const CALLBACK_OVERDUE_MS = 1000 * Number(setting('CALLBACK_OVERDUE_S', '20'));
/** Not more often than this about one payment. */
const QUERY_EVERY_MS = 1000 * Number(setting('QUERY_EVERY_S', '5'));
/** Then an attempt that Daraja gave no id for is given up, as nobody can ask what became of it. "never": a person decides. */
const RELEASE_AFTER_MS = 1000 * Number(setting('RELEASE_AFTER_S', '300').replace('never', 'Infinity'));
/** For all that one request asks of Daraja together; below the widget's own 30 s. */
const DARAJA_TIMEOUT_MS = 1000 * Number(setting('DARAJA_TIMEOUT_S', '25'));
const TOKEN_LIFE_S = 600;
const LONGEST_WAIT_S = 25;
const MAX_BODY_BYTES = 16_384;
/** Pushes: how many in how many milliseconds. Nobody is to be bombed with prompts. */
const LIMITS = { orderId: [5, 60_000], address: [20, 60_000], phone: [3, 300_000] };
/** Any other code in a query's answer is none yet (docs/backend.md). */
const FINAL_CODES = new Set('0 1 2 3 4 8 17 26 1001 1019 1025 1031 1032 1036 1037 2001 9999'.split(' '));
const PROCESSING = '500.001.1001';
const STILL_PROCESSING = '4999';
const TOKEN_REFUSED = '404.001.03';

/**
 * Every push: { id, orderId, state, started, since, shillings, phone, address, checkoutId, … }. sending: Daraja is being called.
 * prompted: accepted. unclear: nobody knows. These and `review`, which waits for a person, lock the order. refused and failed: not
 * paid, free. released: given up by the rule of RELEASE_AFTER_S, free.
 */
const attempts = [];
const OPEN = new Set(['sending', 'prompted', 'unclear']);
const FREE = new Set(['refused', 'failed', 'released']);
const ofOrder = (orderId) => attempts.filter((attempt) => attempt.orderId === orderId);
/** Emits `changed` when an attempt's state has. */
const news = new EventEmitter().setMaxListeners(0);

/** What the order costs, as a decimal string; undefined for an order that there is not. */
const priceOf = (orderId) => {
  const orders = JSON.parse(readFileSync(ordersFile, 'utf8'));
  if (!Object.hasOwn(orders, orderId)) return undefined;
  if (!isAmount(orders[orderId])) throw new Error('An order’s price is a decimal string');
  return orders[orderId];
};
const isAmount = (value) => typeof value === 'string' && /^\d{1,9}(\.\d{1,2})?$/.test(value);
const cents = (amount) => Math.round(Number(amount) * 100);
const masked = (phone) => `${phone.slice(0, 4)}*****${phone.slice(-3)}`;
/** What came from outside, fit to be logged; undefined where it is no text and no number. */
const textOf = (value) =>
  ['string', 'number'].includes(typeof value)
    ? String(value)
        .slice(0, 200)
        .replace(/\p{Cc}/gu, ' ')
    : undefined;

// The page's token: our own, signed and short-lived. Daraja's never leaves this server, as it opens all of the account's APIs.
const signature = (claim) => createHmac('sha256', daraja.consumerSecret).update(`page ${claim}`).digest('hex');
const newToken = () => {
  const claim = `${Math.floor(Date.now() / 1000) + TOKEN_LIFE_S}.${randomBytes(8).toString('hex')}`;
  return `${claim}.${signature(claim)}`;
};
/** Whom the token was given to; undefined where it has expired or is not ours. */
const subjectOf = (token = '') => {
  const [, claim, expiry, subject, signed] = /^((\d{1,12})\.([0-9a-f]{16}))\.([0-9a-f]{64})$/.exec(token) ?? [];
  const right = claim && timingSafeEqual(Buffer.from(signature(claim)), Buffer.from(signed));
  return right && Number(expiry) * 1000 > Date.now() ? subject : undefined;
};

/** Asks Daraja once. ok: a 2xx. error: its own `errorCode`. unclear: it may have happened. unsent: it cannot have. */
async function ask(path, init, deadline) {
  const left = deadline - performance.now();
  if (left <= 0) return { kind: 'unsent' };
  const signal = AbortSignal.timeout(Math.ceil(left));
  try {
    const response = await fetch(daraja.baseUrl + path, { ...init, redirect: 'error', signal });
    const { status } = response;
    const body = await response.json();
    if (textOf(body.errorCode)) return { kind: 'error', status, body };
    return response.ok ? { kind: 'ok', status, body } : { kind: 'unclear' };
  } catch (error) {
    return { kind: ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(error.cause?.code) ? 'unsent' : 'unclear' };
  }
}

let darajaToken;

/** Daraja's token; another than `refused`. Undefined where Daraja gives none in time. */
async function tokenOfDaraja(deadline, refused) {
  if (darajaToken && darajaToken.value !== refused && performance.now() < darajaToken.expiry) return darajaToken.value;
  const credentials = btoa(`${daraja.consumerKey}:${daraja.consumerSecret}`);
  const headers = { authorization: `Basic ${credentials}` };
  const { kind, body } = await ask('/oauth/v1/generate?grant_type=client_credentials', { headers }, deadline);
  const value = body?.access_token;
  if (kind !== 'ok' || typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  darajaToken = { value, expiry: performance.now() + (Number(body.expires_in) - 10) * 1000 };
  return value;
}

/**
 * Posts to Daraja, not later than `latest`; once more with a fresh token where Daraja has refused the one that we had, so that
 * nothing has happened yet.
 */
async function post(path, fields, deadline, latest = Infinity) {
  let refused;
  for (let time = 0; time < 2; time += 1) {
    const token = await tokenOfDaraja(deadline, refused);
    if (!token || performance.now() > latest) break;
    const nairobi = new Date(Date.now() + 3 * 60 * 60 * 1000).toISOString();
    const timestamp = nairobi.replace(/\D/g, '').slice(0, 14);
    const init = {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        BusinessShortCode: daraja.shortcode,
        Password: btoa(daraja.shortcode + daraja.passkey + timestamp),
        Timestamp: timestamp,
        ...fields,
      }),
    };
    const answer = await ask(path, init, deadline);
    if (answer.body?.errorCode !== TOKEN_REFUSED) return answer;
    refused = token;
  }
  return { kind: 'unsent' };
}

const notSent = (order_meta_data, errorMessage) => [
  503,
  { order_meta_data, status_code: 503, daraja_error: { errorCode: 'not-sent', errorMessage, requestId: '' } },
];

async function push({ headers, body, address, began }) {
  const token = headers.authorization;
  if (!token) return [400, { error: 'Access token not provided' }];
  const { order_id: orderId, user_phone_number: phone, amount } = body?.order ?? {};
  const usable = [orderId, phone, amount].every((field) => typeof field === 'string') && /^254[17]\d{8}$/.test(phone);
  const meta = usable ? { order_id: orderId, user_phone_number: masked(phone), amount } : {};
  const subject = subjectOf(token);
  if (!subject) {
    const expired = { errorCode: TOKEN_REFUSED, errorMessage: 'Invalid Access Token', requestId: '' };
    return [404, { order_meta_data: meta, status_code: 404, daraja_error: expired }];
  }
  if (!usable)
    return [
      400,
      { error: 'Expected {"order": {"order_id", "user_phone_number", "amount"}}, all strings, the number as 2547…' },
    ];

  let price;
  try {
    price = priceOf(orderId);
  } catch (error) {
    console.error(`${error.name} before a push`);
    return notSent(meta, 'Nothing was sent: an error of our own');
  }
  if (price === undefined) return [404, { error: 'No such order' }];
  if (!isAmount(amount) || cents(amount) !== cents(price)) return [400, { error: 'This is not what the order costs' }];

  // A push that leaves in the second half of the time would ring when the page has given up.
  const latest = began + DARAJA_TIMEOUT_MS / 2;
  await Promise.all(ofOrder(orderId).map((attempt) => settle(attempt, latest)));
  // From here to the mark nothing is awaited: of two requests in one moment the second finds it.
  const now = Date.now();
  for (const attempt of ofOrder(orderId))
    if (attempt.state === 'unclear' && !idOf(attempt) && attempt.since + RELEASE_AFTER_MS <= now)
      attempt.state = 'released';
  const refusal = conflict(orderId, now) ?? tooMany({ orderId, phone, address }, now);
  if (refusal) return refusal;
  const id = randomBytes(16).toString('hex');
  const attempt = { id, orderId, state: 'sending', started: now, since: now, phone, address, asked: -Infinity };
  Object.assign(attempt, { shillings: Math.ceil(cents(price) / 100), silent: 0, against: 0 }); // M-Pesa moves whole shillings
  attempts.push(attempt);

  const answer = await post(
    '/mpesa/stkpush/v1/processrequest',
    {
      TransactionType: 'CustomerPayBillOnline',
      Amount: attempt.shillings,
      PartyA: phone,
      PartyB: daraja.shortcode,
      PhoneNumber: phone,
      CallBackURL: `${daraja.callbackUrl}/${id}`,
      AccountReference: orderId.replace(/[^\w-]/g, '').slice(0, 12) || 'order',
      TransactionDesc: 'Order',
    },
    began + DARAJA_TIMEOUT_MS,
    latest,
  );
  const { CheckoutRequestID, MerchantRequestID, ResponseDescription } = answer.body ?? {};
  const code = textOf(answer.body?.ResponseCode);
  const accepted =
    answer.kind === 'ok' && code === '0' && typeof CheckoutRequestID === 'string' && CheckoutRequestID.trim() !== '';
  const refused = ['error', 'unsent'].includes(answer.kind) || (answer.kind === 'ok' && !!code && code !== '0');
  // A callback may have been faster: what it has settled stays.
  attempt.since = Date.now();
  if (accepted) attempt.checkoutId = CheckoutRequestID;
  if (attempt.state === 'sending' && !(refused && attempt.callback?.code === '0'))
    attempt.state = accepted ? 'prompted' : refused ? 'refused' : 'unclear';
  news.emit('changed');
  const outcome = textOf(answer.body?.errorCode) ?? code ?? (refused ? 'not sent' : 'no clear answer');
  console.log(`push for order ${orderId} to ${masked(phone)}: ${outcome}`);

  if (answer.kind === 'unsent') return notSent(meta, 'Nothing was sent: Daraja could not be reached');
  if (refused) {
    const error = answer.kind === 'error' ? answer.body : { errorCode: code, errorMessage: ResponseDescription };
    const status = answer.status >= 400 ? answer.status : 502;
    const told = ['errorCode', 'errorMessage', 'requestId'].map((name) => [name, textOf(error[name]) ?? '']);
    return [status, { order_meta_data: meta, status_code: status, daraja_error: Object.fromEntries(told) }];
  }
  if (!accepted) return [502, { error: 'Daraja gave no clear answer; a prompt may be on the phone' }];
  return [
    200,
    {
      payment_id: CheckoutRequestID,
      user_id: subject,
      order_id: orderId,
      phone_no: masked(phone),
      daraja_response: { CheckoutRequestID, MerchantRequestID: textOf(MerchantRequestID), ResponseCode: '0' },
      amount: Number(price),
    },
  ];
}

/** By what the order is locked or paid; undefined where it is free. */
function conflict(orderId, now) {
  const held = ofOrder(orderId).filter(({ state }) => !FREE.has(state));
  const paid = held.find(({ state }) => state === 'paid');
  if (paid) return [409, { error: 'This order is already paid', paid: { payment_id: idOf(paid) } }];
  const live = held.at(-1);
  if (!live) return undefined;
  const hold = idOf(live) || RELEASE_AFTER_MS === Infinity ? PROMPT_WINDOW_MS : RELEASE_AFTER_MS;
  const expires_in = Math.max(1, Math.ceil((live.since + hold - now) / 1000));
  const body = { error: 'A prompt for this order may still be live', live: { payment_id: idOf(live), expires_in } };
  return [409, body, { 'Retry-After': expires_in }];
}

function tooMany(keys, now) {
  for (const [name, [most, span]] of Object.entries(LIMITS)) {
    // What Daraja has refused rang on no phone.
    const earlier = attempts.filter(
      (one) => one[name] === keys[name] && one.started > now - span && (name !== 'phone' || one.state !== 'refused'),
    );
    if (earlier.length < most) continue;
    const after = Math.max(1, Math.ceil((earlier.at(-most).started + span - now) / 1000));
    return [429, { error: `Too many pushes; try again in ${after} s` }, { 'Retry-After': after }];
  }
  return undefined;
}

/** Daraja's id of the checkout; by the callback where the push's answer was lost. */
const idOf = ({ checkoutId, callback }) => checkoutId ?? callback?.id ?? null;

/** Whether Daraja may be asked about it: one query at a time, and one in QUERY_EVERY_MS. */
const isDue = (attempt) =>
  OPEN.has(attempt.state) &&
  idOf(attempt) !== null &&
  (attempt.hinted || Date.now() >= attempt.since + CALLBACK_OVERDUE_MS) &&
  !attempt.asking &&
  performance.now() - attempt.asked >= QUERY_EVERY_MS;

/** Asks Daraja what became of an attempt, if it is time to, and keeps what it says. */
async function settle(attempt, deadline) {
  if (!isDue(attempt)) return;
  const id = idOf(attempt);
  attempt.asking = true;
  attempt.asked = performance.now();
  const answer = await post('/mpesa/stkpushquery/v1/query', { CheckoutRequestID: id }, deadline);
  attempt.asking = false;
  if (OPEN.has(attempt.state) && idOf(attempt) === id) weigh(attempt, answer);
}

/**
 * What an answer to a query makes of an attempt. Callbacks are not signed, so the query has the last word; where it gives none
 * after three tries, a callback that came to the attempt's own address and fits it counts.
 */
function weigh(attempt, { kind, body }) {
  const told = attempt.callback?.id === idOf(attempt) ? attempt.callback : undefined;
  const code = kind === 'ok' && body.CheckoutRequestID === idOf(attempt) ? textOf(body.ResultCode) : undefined;
  if (code === '0') conclude(attempt, 'paid', code, textOf(body.ResultDesc));
  else if (FINAL_CODES.has(code) || (code && code === told?.code && code !== STILL_PROCESSING)) {
    if (told?.code !== '0') conclude(attempt, 'failed', code, textOf(body.ResultDesc));
    else if (attempt.against >= 3) conclude(attempt, 'review');
    else attempt.against += 1;
  } else if (code === undefined && body?.errorCode !== PROCESSING) {
    attempt.silent += 1;
    const fits =
      told &&
      told.code !== STILL_PROCESSING &&
      (told.code !== '0' || (told.amount !== undefined && Number(told.amount) === attempt.shillings));
    if (attempt.silent >= 3 && fits) conclude(attempt, told.code === '0' ? 'paid' : 'failed', told.code, told.desc);
  }
}

/** Keeps an outcome. A success is final. */
function conclude(attempt, state, code, desc) {
  const again = state === 'paid' && ofOrder(attempt.orderId).some((one) => one.state === 'paid');
  Object.assign(attempt, { state: again ? 'paid_again' : state, code, desc });
  news.emit('changed');
  // `paid_again` is money to give back, and `review` is a question for a person: say so to one here.
  console.log(`order ${attempt.orderId}: ${attempt.state}${code === undefined ? '' : ` (${code})`}`);
}

async function status({ headers, query, began, isGone }) {
  if (!subjectOf(headers.authorization))
    return [401, { error: 'Expected the access token in Authorization, without Bearer' }];
  // Whoever has a token and an order's number may ask: check here that it is an order of the session, or make numbers unguessable.
  const asked = query.get('wait') ?? '';
  const wait = /^[0-9]{1,9}(\.[0-9]{1,9})?$/.test(asked) ? Math.min(LONGEST_WAIT_S, Number(asked)) : 0;
  const deadline = began + Math.min(DARAJA_TIMEOUT_MS, Math.max(5, wait) * 1000);
  for (;;) {
    const all = ofOrder(query.get('order_id'));
    await Promise.all(all.map((attempt) => settle(attempt, deadline)));
    const answer = statusOf(all, query.get('payment_id'));
    const left = began + wait * 1000 - performance.now();
    if (answer[0] !== 202 || left <= 0 || isGone()) return answer;
    // Once a second a query may have become due.
    await once(news, 'changed', { signal: AbortSignal.timeout(Math.ceil(Math.min(left, 1000))) }).catch(
      () => undefined,
    );
  }
}

function statusOf(all, paymentId) {
  const known = all.filter(({ state }) => state !== 'refused');
  const attempt =
    known.find(({ state }) => state === 'paid') ??
    known.find((one) => paymentId && idOf(one) === paymentId) ??
    known.at(-1);
  if (!attempt) return [404, { error: 'No push of this order is known' }];
  if (!['paid', 'paid_again', 'failed'].includes(attempt.state)) return [202, { status: 'pending' }];
  const { state, code, desc = '', callback } = attempt;
  return [
    200,
    {
      result_code: /^\d{1,15}$/.test(code) ? Number(code) : code,
      result_desc: desc,
      checkout_request_id: idOf(attempt),
      // It comes by the callback alone.
      ...(state !== 'failed' && callback?.id === idOf(attempt) && { mpesa_receipt_number: callback.receipt }),
    },
  ];
}

/** Takes what Daraja posts, at the attempt's own address. At the bare address it is a hint that brings a query, and no more. */
function callback({ body }, attempt) {
  const said = body?.Body?.stkCallback;
  const [id, code] = [textOf(said?.CheckoutRequestID), textOf(said?.ResultCode)];
  if (!id || !code) return [400, { error: 'Expected {"Body": {"stkCallback": {"CheckoutRequestID", "ResultCode"}}}' }];
  if (attempt) keepCallback(attempt, id, code, said);
  const named = attempt ?? attempts.find(({ checkoutId }) => checkoutId === id);
  if (named) {
    named.hinted ||= idOf(named) === id;
    void settle(named, performance.now() + DARAJA_TIMEOUT_MS);
  }
  return [200, { ResultCode: 0, ResultDesc: 'Accepted' }];
}

function keepCallback(attempt, id, code, said) {
  if (attempt.checkoutId && attempt.checkoutId !== id) return;
  const before = attempt.callback;
  // A duplicate, or a failure after a success.
  if ((before?.id === id && ['0', code].includes(before.code)) || (before?.code === '0' && code !== '0')) return;
  const items = Array.isArray(said.CallbackMetadata?.Item) ? said.CallbackMetadata.Item : [];
  const valueOf = (name) => textOf(items.find((item) => item?.Name === name)?.Value);
  const [amount, receipt] = [valueOf('Amount'), valueOf('MpesaReceiptNumber')];
  attempt.callback = { id, code, desc: textOf(said.ResultDesc), amount, receipt };
  if (code !== '0' || attempt.state.startsWith('paid')) return;
  if (amount !== undefined && Number(amount) !== attempt.shillings) conclude(attempt, 'review');
  // A success after all: the order is locked until the query has said so, or not.
  else if (!OPEN.has(attempt.state)) attempt.state = 'unclear';
}

/** Asks for what no page asks for, ever less often the older an attempt is. */
setInterval(
  () => {
    for (const attempt of attempts)
      if (performance.now() - attempt.asked >= (Date.now() - attempt.since) / 4)
        void settle(attempt, performance.now() + DARAJA_TIMEOUT_MS);
  },
  Math.min(1000, QUERY_EVERY_MS),
).unref();

const PUSH_PATH = '/payments/mpesa/payment/push/request';
const routes = {
  // Answer only to a session that has an order to pay.
  'GET /payments/mpesa/token': () => [200, { access_token: newToken(), expires_in: String(TOKEN_LIFE_S) }],
  [`POST ${PUSH_PATH}`]: push,
  // Pages ask for CORS permission ahead with it.
  [`HEAD ${PUSH_PATH}`]: () => [204],
  'GET /payments/mpesa/status': status,
};

function routeOf(method, path) {
  if (method !== 'POST' || !`${path}/`.startsWith(`${callbackPath}/`)) return routes[`${method} ${path}`];
  if (path === callbackPath) return callback;
  const attempt = attempts.find(({ id }) => id === path.slice(callbackPath.length + 1));
  return attempt && ((request) => callback(request, attempt));
}

async function read(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) if ((size += chunk.length) <= MAX_BODY_BYTES) chunks.push(chunk);
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : undefined;
}

function addressOf({ headers, socket }) {
  const hops = (headers['x-forwarded-for'] ?? '').split(',').map((hop) => hop.trim());
  return (trustedProxies > 0 && hops.at(-trustedProxies)) || socket.remoteAddress;
}

async function answerTo(request, response) {
  const { method, headers, url } = request;
  if (headers['transfer-encoding']) return [411, { error: 'Send a Content-Length, without Transfer-Encoding' }];
  const [path] = url.split('?', 1);
  if (!/^\/([^/\\].*)?$/.test(path)) return [400, { error: 'The address is none' }];
  if (method === 'OPTIONS') return [204];
  const text = await read(request);
  if (text === undefined) return [413, { error: `The body is longer than ${MAX_BODY_BYTES} bytes` }];
  const route = routeOf(method, path);
  if (!route) return [404, { error: 'Not found' }];
  let body = null;
  try {
    if (text) body = JSON.parse(text);
  } catch {
    return [400, { error: 'The body is not JSON' }];
  }
  const query = new URLSearchParams(url.slice(path.length + 1));
  const isGone = () => response.destroyed;
  return route({ headers, query, body, address: addressOf(request), began: performance.now(), isGone });
}

const server = createServer(async (request, response) => {
  let answer;
  try {
    answer = await answerTo(request, response);
  } catch (error) {
    // Without the error's text, which may quote what was sent.
    console.error(`${error.name} in ${request.method}`);
    answer = [500, { error: 'Internal error' }];
  }
  const [status, body, headers = {}] = answer;
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Vary', 'Origin');
  if (request.headers.origin === shopOrigin) {
    response.setHeader('Access-Control-Allow-Origin', shopOrigin);
    response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
    response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type');
    response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
    response.setHeader('Access-Control-Max-Age', '7200');
  }
  if (body) response.setHeader('Content-Type', 'application/json');
  // What was sent without a length that can be told is not read.
  if (status === 411) response.setHeader('Connection', 'close');
  response.writeHead(status, headers);
  response.end(body && JSON.stringify(body));
});

server.listen(Number(setting('PORT', '8080')), setting('HOST', '127.0.0.1'), () => console.log('Listening'));
