import type { Handler } from './handler.js';

/** The origins whose pages may call: a list (with credentials), or any (without). */
export type AllowedOrigins = readonly string[] | '*';

/** How long a browser may remember a preflight, in seconds. */
const MAX_AGE_S = '600';

/** Answers preflights, and lets the pages of the allowed origins read the answers and their `Retry-After`. */
export function withCors(handler: Handler, allowed: AllowedOrigins): Handler {
  return async (request) => {
    const origin = request.headers.get('origin');
    const requestedMethod = request.headers.get('access-control-request-method');
    const preflight = request.method === 'OPTIONS' && origin !== null && requestedMethod !== null;
    const response = preflight ? new Response(null, { status: 204 }) : await handler(request);
    const { headers } = response;
    if (allowed !== '*') headers.set('vary', 'origin');
    if (origin === null || (allowed !== '*' && !allowed.includes(origin))) return response;
    headers.set('access-control-allow-origin', allowed === '*' ? '*' : origin);
    if (allowed !== '*') headers.set('access-control-allow-credentials', 'true');
    headers.set('access-control-expose-headers', 'Retry-After');
    if (preflight) {
      headers.set('access-control-allow-methods', 'GET, POST');
      headers.set('access-control-allow-headers', 'Authorization, Content-Type');
      headers.set('access-control-max-age', MAX_AGE_S);
    }
    return response;
  };
}
