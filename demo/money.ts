/** Shillings as the shop and the phone write them. */

import type { Language } from './settings.js';

/** `Ksh 4,950` in the shop's language, with cents only where there are some. */
export function shopPrice(shillings: number, lang: Language): string {
  const digits = Number.isInteger(shillings) ? 0 : 2;
  return new Intl.NumberFormat(`${lang}-KE`, {
    style: 'currency',
    currency: 'KES',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(shillings);
}

/** `Ksh4,950.00`, as in M-Pesa's messages. */
export function mpesaAmount(shillings: number): string {
  return `Ksh${new Intl.NumberFormat('en-KE', { minimumFractionDigits: 2 }).format(shillings)}`;
}
