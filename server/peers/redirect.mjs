/**
 * Loaded before a peer whose host is written into its code: leads what it asks of Safaricom's sandbox to DARAJA_BASE_URL. Its code is
 * as installed.
 */
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';
import { urlToHttpOptions } from 'node:url';

const SANDBOX = 'sandbox.safaricom.co.ke';
const daraja = new URL(process.env.DARAJA_BASE_URL);

/** Takes what `https.request` takes. */
function request(...given) {
  const callback = given.find((value) => typeof value === 'function');
  const parts = given.filter((value) => typeof value !== 'function');
  const isUrl = (value) => typeof value === 'string' || value instanceof URL;
  const options = Object.assign({}, ...parts.map((part) => (isUrl(part) ? urlToHttpOptions(new URL(part)) : part)));
  const host = options.hostname ?? options.host;
  if (host !== SANDBOX) throw new Error(`Asks ${host}, which is not Daraja's sandbox`);
  // Its agent speaks TLS.
  const { hostname, port } = daraja;
  return http.request({ ...options, protocol: 'http:', host: hostname, hostname, port, agent: undefined }, callback);
}

https.request = request;
https.get = (...given) => request(...given).end();
syncBuiltinESMExports();

const { fetch } = globalThis;
globalThis.fetch = (given, init) => {
  const url = new URL(given);
  if (url.host !== SANDBOX) throw new Error(`Asks ${url.host}, which is not Daraja's sandbox`);
  return fetch(new URL(url.pathname + url.search, daraja), init);
};
