/** Where the payments backend is, and whether it is safe to send a token and a phone number there. */

/** The Vitumob M-Pesa API in production. */
export const DEFAULT_TOKEN_URL = 'https://vitumob-prod.appspot.com/payments/mpesa/token';
export const DEFAULT_PUSH_URL = 'https://vitumob-prod.appspot.com/payments/mpesa/payment/push/request';

/** `localhost`, its subdomains, 127.0.0.0/8 and `[::1]`, as `URL` spells them. */
export const LOOPBACK_HOST = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;

/** What an endpoint has to be. fetch refuses a URL with a user name or a password. */
export const SAFE_ENDPOINT = 'a safe URL: https:, a loopback host or the page’s own origin, and no password in it';

/**
 * Resolves an endpoint against `base` and takes it if it is {@link SAFE_ENDPOINT}; otherwise `undefined`.
 *
 * @param base what a relative endpoint is resolved against; `undefined` where there is nothing
 * @param pageOrigin the origin of the page, which a `<base>` does not change
 */
export function resolveEndpoint(
  endpoint: string,
  base: string | undefined,
  pageOrigin: string | undefined,
): string | undefined {
  try {
    const { protocol, hostname, href, origin, username, password } = new URL(endpoint, base);
    const safe =
      protocol === 'https:' || (protocol === 'http:' && (LOOPBACK_HOST.test(hostname) || origin === pageOrigin));
    return endpoint && safe && !username && !password ? href : undefined;
  } catch {
    return undefined;
  }
}

/**
 * An endpoint as an error may quote it: origin and path alone, since a query or a password may hold a secret. `…` for
 * what is no URL, since nobody can say where a secret begins in it.
 */
export function quoteEndpoint(endpoint: string, base: string | undefined): string {
  try {
    const { protocol, host, pathname } = new URL(endpoint, base);
    return endpoint && (host ? `${protocol}//${host}${pathname}` : `${protocol}…`);
  } catch {
    return '…';
  }
}

export function sameOrigin(url: string, other: string): boolean {
  return new URL(url).origin === new URL(other).origin;
}
