/** Where the payments backend is, and whether it is safe to send a token and a phone number there. */

/** The Vitumob M-Pesa API in production. */
export const DEFAULT_TOKEN_URL = 'https://vitumob-prod.appspot.com/payments/mpesa/token';
export const DEFAULT_PUSH_URL = 'https://vitumob-prod.appspot.com/payments/mpesa/payment/push/request';

/** `localhost`, its subdomains, 127.0.0.0/8 and `[::1]`, as `URL` spells them. */
const LOOPBACK_HOST = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;

export type EndpointResult = { readonly url: string } | { readonly problem: string };

/**
 * Resolves an endpoint against `base` and takes it if it is `https:`, on a loopback host, or of the origin of `base`.
 *
 * @param base absolute URL of the page; `undefined` outside a page, where only absolute endpoints can be taken
 */
export function resolveEndpoint(endpoint: string, base: string | undefined): EndpointResult {
  let url: URL;
  try {
    url = new URL(endpoint, base);
  } catch {
    return { problem: `"${endpoint}" is not a URL` };
  }
  const { protocol, hostname, origin, username, password } = url;
  const safe =
    protocol === 'https:' ||
    (protocol === 'http:' && (LOOPBACK_HOST.test(hostname) || (base !== undefined && new URL(base).origin === origin)));
  if (!safe) return { problem: `"${endpoint}" is not secure: use https:, a loopback host, or the origin of the page` };
  if (username || password) return { problem: 'the URL carries a user name or password, which fetch refuses' };
  return { url: url.href };
}

export function sameOrigin(url: string, other: string): boolean {
  return new URL(url).origin === new URL(other).origin;
}
