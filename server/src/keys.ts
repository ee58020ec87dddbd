/** Everything that is made with the server's secret. */
import { nodeModule } from './node-module.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

type Mac = (text: string) => string | Promise<string>;

interface KeyRing {
  readonly token: CryptoKey;
  readonly address: Mac;
  readonly phone: Mac;
  readonly seal: CryptoKey;
}

type Rings = readonly [KeyRing, ...KeyRing[]];

/** 128 bits in lower-case hex: what makes an address unguessable, and contains no word that Safaricom filters. */
const MAC_BYTES = 16;
const IV_BYTES = 12;
const HMAC = { name: 'HMAC', hash: 'SHA-256' };

/** The keys of each secret: the first signs, all verify. */
export class Keys {
  readonly #rings: Promise<Rings>;

  constructor(secrets: readonly string[]) {
    this.#rings = deriveAll(secrets);
  }

  /** For page tokens; the first signs. */
  async tokenKeys(): Promise<readonly [CryptoKey, ...CryptoKey[]]> {
    const [first, ...others] = await this.#rings;
    return [first.token, ...others.map(({ token }) => token)];
  }

  /** The part of an address that nobody can guess. */
  async addressMac(what: string): Promise<string> {
    const [{ address }] = await this.#rings;
    return address(what);
  }

  async isAddressMac(what: string, candidate: string): Promise<boolean> {
    let good = false;
    for (const { address } of await this.#rings) good = equal(await address(what), candidate) || good;
    return good;
  }

  /** The same number gives the same hash, which says nothing without the secret. */
  async phoneHash(msisdn: string): Promise<string> {
    const [{ phone }] = await this.#rings;
    return phone(msisdn);
  }

  async seal(text: string): Promise<string> {
    const [{ seal }] = await this.#rings;
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, seal, encoder.encode(text));
    return hex(iv) + hex(new Uint8Array(sealed));
  }

  /** `undefined` where none of the secrets sealed it. */
  async open(sealed: string): Promise<string | undefined> {
    const bytes = Uint8Array.from(sealed.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    for (const { seal } of await this.#rings) {
      try {
        const iv = bytes.slice(0, IV_BYTES);
        return decoder.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, seal, bytes.slice(IV_BYTES)));
      } catch {
        // Sealed under another secret.
      }
    }
    return undefined;
  }
}

async function deriveAll([first, ...others]: readonly string[]): Promise<Rings> {
  if (first === undefined) throw new TypeError('There is no secret');
  return [await derive(first), ...(await Promise.all(others.map(derive)))];
}

async function derive(secret: string): Promise<KeyRing> {
  const master = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, ['deriveBits']);
  const bytes = async (purpose: string): Promise<Uint8Array<ArrayBuffer>> => {
    const info = encoder.encode(`vitumob-pay ${purpose}`);
    return new Uint8Array(
      await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }, master, 256),
    );
  };
  const hmac = async (purpose: string): Promise<CryptoKey> =>
    crypto.subtle.importKey('raw', await bytes(purpose), HMAC, false, ['sign', 'verify']);
  return {
    token: await hmac('page token'),
    address: makeMac(await bytes('address')),
    phone: makeMac(await bytes('phone')),
    seal: await crypto.subtle.importKey('raw', await bytes('seal'), 'AES-GCM', false, ['encrypt', 'decrypt']),
  };
}

/** Node's own HMAC takes a fraction of what it takes WebCrypto to hand the work to another thread, and wait for it. */
interface NodeCrypto {
  createHmac(algorithm: string, key: Uint8Array): { update(text: string): { digest(encoding: 'hex'): string } };
}

function makeMac(key: Uint8Array<ArrayBuffer>): Mac {
  const node = nodeModule('node:crypto') as NodeCrypto | undefined;
  if (node)
    return (text) =>
      node
        .createHmac('sha256', key)
        .update(text)
        .digest('hex')
        .slice(0, 2 * MAC_BYTES);
  const imported = crypto.subtle.importKey('raw', key, HMAC, false, ['sign']);
  return async (text) => {
    const whole = await crypto.subtle.sign('HMAC', await imported, encoder.encode(text));
    return hex(new Uint8Array(whole).slice(0, MAC_BYTES));
  };
}

export async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Takes as long for a near miss as for a far one. */
function equal(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i);
  return difference === 0;
}
