/**
 * A shop around the peer that the first argument names: `node --import ./redirect.mjs sdk.mjs mpesa-api`. It pushes as the peer's
 * own README shows, and hands callbacks to what the peer has for them. Of its own it adds nothing: no store, no lock, no second try.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const { env } = process;
const require = createRequire(import.meta.url);
const [consumerKey, consumerSecret] = [env.DARAJA_CONSUMER_KEY, env.DARAJA_CONSUMER_SECRET];
const [shortcode, passkey] = [env.DARAJA_SHORTCODE, env.DARAJA_PASSKEY];
const callbackUrl = `http://127.0.0.1:${env.PORT}/callback`;

const idIn = (body) => body.Body.stkCallback.CheckoutRequestID;

/**
 * For each peer, made once, as a shop would make it: `push` gives Daraja's answer, or throws; `hear` gives what the peer says of a
 * callback, where it has something for callbacks: whether it is paid, and the checkout by which the shop can tell whose.
 */
const peers = {
  'mpesa-api'() {
    const { Mpesa } = require('mpesa-api');
    const mpesa = new Mpesa(
      { clientKey: consumerKey, clientSecret: consumerSecret, securityCredential: 'none' },
      'sandbox',
    );
    return {
      push: ({ order, phone, amount }) =>
        mpesa.lipaNaMpesaOnline({
          BusinessShortCode: Number(shortcode),
          Amount: amount,
          PartyA: phone,
          PartyB: shortcode,
          PhoneNumber: phone,
          CallBackURL: callbackUrl,
          AccountReference: order,
          passKey: passkey,
          TransactionType: 'CustomerPayBillOnline',
          TransactionDesc: 'Order',
        }),
    };
  },
  daraja() {
    const { Mpesa } = require('daraja');
    const mpesa = new Mpesa(Number(shortcode), consumerKey, consumerSecret);
    return {
      push: ({ order, phone, amount }) =>
        mpesa.mpesaExpressRequest(
          ...[amount, Number(phone), Number(shortcode), passkey],
          ...['CustomerPayBillOnline', order, 'Order', callbackUrl],
        ),
    };
  },
  'daraja.js'() {
    const { Mpesa, STKPushResultWrapper } = require('daraja.js');
    const settings = {
      consumerKey,
      consumerSecret,
      initiatorPassword: 'none',
      organizationShortCode: Number(shortcode),
    };
    const mpesa = new Mpesa({ ...settings, securityCredential: 'none' }, 'sandbox');
    return {
      async push({ order, phone, amount }) {
        const request = mpesa.stkPush().amount(amount).accountNumber(order).callbackURL(callbackUrl);
        const response = await request.phoneNumber(Number(phone)).lipaNaMpesaPassKey(passkey).send();
        return { ResponseCode: response.getResponseCode(), CheckoutRequestID: response.getTransactionID() };
      },
      hear: (body) => ({ id: idIn(body), isPaid: new STKPushResultWrapper(body).isOkay() }),
    };
  },
  'mpesa-node'() {
    const Mpesa = require('mpesa-node');
    const mpesa = new Mpesa({
      consumerKey,
      consumerSecret,
      lipaNaMpesaShortCode: shortcode,
      lipaNaMpesaShortPass: passkey,
    });
    return {
      push: async ({ order, phone, amount }) =>
        (await mpesa.lipaNaMpesaOnline(Number(phone), amount, callbackUrl, order)).data,
    };
  },
  'mpesa-express'() {
    const Mpesa = require('mpesa-express');
    const mpesa = new Mpesa({
      consumer_key: consumerKey,
      consumer_secret: consumerSecret,
      passkey,
      BusinessShortCode: Number(shortcode),
      ShortCode: Number(shortcode),
      // It adds `/callback` itself.
      callBackBaseUrl: callbackUrl.slice(0, -'/callback'.length),
    });
    return { push: ({ order, phone, amount }) => mpesa.sktPush(amount, Number(phone), order, 'Order') };
  },
  async mpesapay() {
    const { default: MpesaPay, FormatPaymentData } = await import('mpesapay');
    return {
      push({ order, phone, amount }) {
        // The reference is the constructor's: one for each order.
        const mpesa = new MpesaPay(
          ...[consumerKey, consumerSecret, shortcode, passkey, order, 'Order', shortcode, 'none', 'none', 'sandbox'],
        );
        return mpesa.stkPush(String(amount), phone, callbackUrl);
      },
      hear: (body) => ({ id: idIn(body), isPaid: FormatPaymentData(body).status === 'success' }),
    };
  },
};

const peer = await peers[process.argv[2]]();
/** What the peer has said of callbacks. */
const said = [];

async function answer({ method, url }, text) {
  if (method === 'POST' && url === '/push') {
    const answered = await peer.push(JSON.parse(text));
    return { id: answered?.CheckoutRequestID ?? null };
  }
  if (method === 'POST' && url === '/callback') {
    if (peer.hear) said.push(peer.hear(JSON.parse(text)));
    return { ResultCode: 0, ResultDesc: 'Accepted' };
  }
  return said;
}

createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  try {
    const body = await answer(request, text);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } catch (error) {
    // What a peer throws need not be an error: it may be Daraja's answer.
    console.log(error);
    response.writeHead(502).end(JSON.stringify({ error: String(error?.message ?? JSON.stringify(error)) }));
  }
}).listen(Number(env.PORT), '127.0.0.1');
