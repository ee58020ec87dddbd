import { SignJWT, jwtVerify } from 'jose';
import type { Clock } from '../clock.js';
import type { Keys } from '../keys.js';

/** How long a page's token lives. */
export const TOKEN_LIFE_S = 600;
const AUDIENCE = 'vitumob-pay';

/** Signs the token that a page carries from one endpoint to the next. Daraja's own never leaves the server. */
export async function signPageToken(keys: Keys, clock: Clock, subject: string): Promise<string> {
  const [key] = await keys.tokenKeys();
  const now = Math.floor(clock.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + TOKEN_LIFE_S)
    .sign(key);
}

/** The token's subject; `undefined` where it is expired or not ours. */
export async function readPageToken(keys: Keys, clock: Clock, token: string): Promise<string | undefined> {
  for (const key of await keys.tokenKeys()) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['HS256'],
        audience: AUDIENCE,
        currentDate: new Date(clock.now()),
        requiredClaims: ['exp', 'sub'],
      });
      return payload.sub;
    } catch {
      // Signed with another secret, or with none.
    }
  }
  return undefined;
}
