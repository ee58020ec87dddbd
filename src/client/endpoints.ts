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
  try {
    const { protocol, hostname, href, username, password } = new URL(endpoint, base);
    const safe =
      protocol === 'https:' || (protocol === 'http:' && (LOOPBACK_HOST.test(hostname) || sameOrigin(href, base)));
    if (safe && !username && !password) return { url: href };
    return {
      problem: `"${endpoint}" is not safe: use https:, a loopback host or the page's origin, without a password`,
    };
  } catch {
    return { problem: `"${endpoint}" is not a URL` };
  }
}

export function sameOrigin(url: string, other: string | undefined): boolean {
  return other !== undefined && new URL(url).origin === new URL(other).origin;
}
