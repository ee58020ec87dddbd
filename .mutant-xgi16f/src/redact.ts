import { maskPhone } from '../../src/model/phone.js';

const PHONE = /(?<!\d)(?:\+?254|0)([17]\d{8})(?!\d)/g;
const ADDRESS = /\bhttps?:\/\/\S+/gi;

/** Takes whole phone numbers, addresses and these secrets out of somebody else's words. */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text.slice(0, 500);
  for (const secret of secrets) if (secret) clean = clean.replaceAll(secret, '[secret]');
  return clean.replace(ADDRESS, '[address]').replace(PHONE, (_, subscriber: string) => maskPhone(`254${subscriber}`));
}
