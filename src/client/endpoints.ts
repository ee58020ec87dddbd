/** Where the payments backend is, and whether it is safe to send a token and a phone number there. */

/** The Vitumob M-Pesa API in production. */
export const DEFAULT_TOKEN_URL = 'https://vitumob-prod.appspot.com/payments/mpesa/token';
export const DEFAULT_PUSH_URL = 'https://vitumob-prod.appspot.com/payments/mpesa/payment/push/request';

/** `localhost`, its subdomains, 127.0.0.0/8 and `[::1]`, as `URL` spells them. */
const LOOPBACK_HOST = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;

/** What an endpoint has to be. fetch refuses a URL with a user name or a password. */
export const SAFE_ENDPOINT = 'a URL with https:, on a loopback host or of the page’s origin, without a password';

/**
 * Resolves an endpoint against `base` and takes it if it is {@link SAFE_ENDPOINT}; otherwise `undefined`.
 *
 * @param base absolute URL of the page; `undefined` outside a page, where only absolute endpoints can be taken
 */
export function resolveEndpoint(endpoint: string, base: string | undefined): string | undefined {
  try {
    const { protocol, hostname, href, username, password } = new URL(endpoint || ':', base);
    const near = LOOPBACK_HOST.test(hostname) || sameOrigin(href, base);
    const safe = protocol === 'https:' || (protocol === 'http:' && near);
    return safe && !username && !password ? href : undefined;
  } catch {
    return undefined;
  }
}

export function sameOrigin(url: string, other: string | undefined): boolean {
  return other !== undefined && new URL(url).origin === new URL(other).origin;
}
