/** What the page says to whoever has thirty seconds, in both languages. */

import type { Language } from './settings.js';

export interface Texts {
  readonly headline: string;
  readonly lead: string;
  readonly steps: readonly string[];
  readonly simulated: string;
  readonly language: string;
  readonly theme: string;
  readonly themes: { readonly auto: string; readonly light: string; readonly dark: string };
  readonly shop: { readonly name: string; readonly place: string; readonly order: string; readonly basket: string };
  readonly items: (count: number) => string;
  readonly phone: {
    readonly heading: string;
    readonly quiet: string;
    readonly pin: (pin: string) => string;
    readonly leave: string;
    readonly left: string;
    readonly rings: string;
    readonly pinProblem: string;
  };
  readonly scenarios: { readonly heading: string; readonly more: string };
}

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    headline: 'M-Pesa checkout in one tag',
    lead: 'Your customer types a phone number, the phone asks for the M-Pesa PIN, and your page knows that it is paid.',
    steps: ['Pay now, with any Kenyan number.', 'See the phone ring, and type PIN 1234.', 'Copy the tag.'],
    simulated: 'The phone, M-Pesa and the money on this page are simulated.',
    language: 'Language',
    theme: 'Theme',
    themes: { auto: 'Auto', light: 'Light', dark: 'Dark' },
    shop: { name: 'Vitumob Nyumbani', place: 'Home and kitchen, Nairobi', order: 'Order', basket: 'In the basket' },
    items: (count) => (count === 1 ? '1 item' : `${count} items`),
    phone: {
      heading: 'The customer’s phone',
      quiet: 'The request for the PIN shows here.',
      pin: (pin) => `PIN ${pin} pays. Any other is wrong.`,
      leave: 'Leave it unanswered',
      left: 'Left alone. In half a minute M-Pesa gives up.',
      rings: 'The phone is asking for the PIN',
      pinProblem: 'A PIN has four digits.',
    },
    scenarios: { heading: 'What should happen?', more: 'More' },
  },
  sw: {
    headline: 'Malipo ya M-Pesa kwa tagi moja',
    lead: 'Mteja anaandika namba ya simu, simu inaomba PIN ya M-Pesa, na ukurasa wako unajua kwamba amelipa.',
    steps: ['Lipa sasa, kwa namba yoyote ya Kenya.', 'Tazama simu ikilia, na uandike PIN 1234.', 'Nakili tagi.'],
    simulated: 'Simu, M-Pesa na pesa kwenye ukurasa huu ni za kuigiza.',
    language: 'Lugha',
    theme: 'Mandhari',
    themes: { auto: 'Otomatiki', light: 'Angavu', dark: 'Giza' },
    shop: { name: 'Vitumob Nyumbani', place: 'Vitu vya nyumbani, Nairobi', order: 'Oda', basket: 'Kwenye kikapu' },
    items: (count) => (count === 1 ? 'bidhaa 1' : `bidhaa ${count}`),
    phone: {
      heading: 'Simu ya mteja',
      quiet: 'Ombi la PIN litaonekana hapa.',
      pin: (pin) => `PIN ${pin} inalipa. Nyingine yoyote si sahihi.`,
      leave: 'Iache bila kujibu',
      left: 'Imeachwa. Baada ya nusu dakika M-Pesa itaacha kusubiri.',
      rings: 'Simu inaomba PIN',
      pinProblem: 'PIN ina tarakimu nne.',
    },
    scenarios: { heading: 'Nini kitokee?', more: 'Zaidi' },
  },
};
