/** What is in the basket, in both languages of the shop. */

import type { Language } from './settings.js';

export interface BasketLine {
  readonly art: 'kiondo' | 'kikoi' | 'delivery' | 'voucher';
  readonly name: Readonly<Record<Language, string>>;
  readonly note: Readonly<Record<Language, string>>;
  /** Kenyan shillings for all of them. */
  readonly price: number;
}

const GOODS: readonly BasketLine[] = [
  {
    art: 'kiondo',
    name: { en: 'Kiondo, sisal and leather', sw: 'Kiondo cha mkonge na ngozi' },
    note: { en: 'Medium, natural', sw: 'Cha wastani, rangi asili' },
    price: 2400,
  },
  {
    art: 'kikoi',
    name: { en: 'Kikoi throw, Lamu stripe', sw: 'Kikoi cha Lamu, mistari' },
    note: { en: 'Two, Ksh 1,150 each', sw: 'Vikoi viwili, Ksh 1,150 kila kimoja' },
    price: 2300,
  },
  {
    art: 'delivery',
    name: { en: 'Delivery to Westlands', sw: 'Usafirishaji hadi Westlands' },
    note: { en: 'Tomorrow before 6 pm', sw: 'Kesho kabla ya saa kumi na mbili jioni' },
    price: 250,
  },
];

const VOUCHER = { en: 'Voucher', sw: 'Vocha' };
const ADDED = { en: 'Bought as a gift', sw: 'Imenunuliwa kama zawadi' };
const TAKEN = { en: 'Taken off', sw: 'Imepunguzwa' };

/** The lines that come to this total. What the goods do not make up, a voucher does. */
export function basketOf(total: number): readonly BasketLine[] {
  const goods = GOODS.reduce((sum, { price }) => sum + price, 0);
  // In cents, where sums are exact.
  const rest = (Math.round(total * 100) - goods * 100) / 100;
  if (rest === 0) return GOODS;
  return [...GOODS, { art: 'voucher', name: VOUCHER, note: rest > 0 ? ADDED : TAKEN, price: rest }];
}
