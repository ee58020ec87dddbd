import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';

/** The origins whose pages may call: a list (with credentials), or any (without). */
export type AllowedOrigins = readonly string[] | '*';

/** How long a browser may remember a permission, in seconds: the most that Chromium grants. */
const MAX_AGE_S = 7_200;

/** Answers preflights, and lets the pages of the allowed origins read the answers and their `Retry-After`. */
export function allowOrigins(allowed: AllowedOrigins): MiddlewareHandler {
  return cors({
    origin: allowed === '*' ? '*' : [...allowed],
    credentials: allowed !== '*',
    allowMethods: ['GET', 'HEAD', 'POST'],
    allowHeaders: ['Authorization', 'Content-Type'],
    exposeHeaders: ['Retry-After'],
    maxAge: MAX_AGE_S,
  });
}
