/**
 * `HEAD {push-url}`: has the browser ask another origin for the permission that the push will need (CORS), by a request
 * that cannot push. It carries what the push will carry: a permission is for those headers and credentials.
 */

import { send, type HttpEnvironment } from './http.js';

export interface PermissionRequest {
  readonly url: string;
  readonly token: string;
  readonly credentials: RequestCredentials;
  readonly timeoutMs: number;
}

/** Resolves when it is over. Whatever the answer is, the browser has kept the permission, or there is none. */
export async function requestPermission(
  { url, token, credentials, timeoutMs }: PermissionRequest,
  environment: HttpEnvironment,
): Promise<void> {
  const init: RequestInit = {
    method: 'HEAD',
    credentials,
    redirect: 'manual',
    // With `no-store` Chromium would not keep the permission.
    cache: 'default',
    headers: { 'Content-Type': 'application/json', Authorization: token },
  };
  await send({ url, init, timeoutMs }, environment);
}
