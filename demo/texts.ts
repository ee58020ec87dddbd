/** What the page says to its visitors, in both languages. */

import type { BehindKind } from './backend.js';
import type { Language, OutcomeWay } from './settings.js';
import type { ThemedId } from './themes.js';

export interface Texts {
  /** Of the document. */
  readonly title: string;
  readonly headline: string;
  readonly lead: string;
  readonly steps: readonly string[];
  readonly simulated: string;
  /** Where the backend is a service worker. */
  readonly inBrowser: string;
  /** Where a real phone is going to ring, the page has to say so. */
  readonly real: Readonly<Record<Exclude<BehindKind, 'simulator'>, string>>;
  readonly language: string;
  readonly theme: string;
  readonly themes: { readonly auto: string; readonly light: string; readonly dark: string };
  readonly shop: {
    readonly label: string;
    readonly name: string;
    readonly place: string;
    readonly order: string;
    readonly basket: string;
  };
  readonly items: (count: number) => string;
  readonly phone: {
    readonly heading: string;
    readonly quiet: string;
    readonly pin: (pin: string) => string;
    readonly messages: string;
    /** For a screen reader: what the phone asks or says now. */
    readonly asks: (question: string) => string;
    readonly says: (message: string) => string;
    readonly leave: string;
    readonly left: string;
    readonly rings: string;
    readonly pinProblem: string;
    readonly menu: string;
    readonly menuNote: string;
    readonly menuRefused: string;
  };
  readonly scenarios: {
    readonly heading: string;
    /** Its faults are the server's. */
    readonly oneTab: string;
    readonly more: string;
    readonly all: string;
    readonly refused: string;
    readonly chooseStatus: string;
  };
  readonly code: {
    readonly heading: string;
    readonly copy: string;
    readonly copied: string;
    readonly selected: string;
  };
  readonly setup: {
    readonly heading: string;
    readonly amount: string;
    /** Where something else is typed; the amount is the one that is kept. */
    readonly amountProblem: (amount: string) => string;
    readonly business: string;
    readonly businessNote: (business: string) => string;
    readonly outcome: string;
    readonly notAtAll: string;
    readonly hints: Readonly<Record<OutcomeWay, string>>;
    readonly newOrder: string;
    readonly secondTab: string;
  };
  readonly timeline: { readonly heading: string; readonly empty: string };
  readonly looks: {
    readonly heading: string;
    readonly note: string;
    readonly shops: Readonly<Record<ThemedId, { readonly name: string; readonly story: string }>>;
  };
  /** The link to all screens of the checkout. */
  readonly gallery: string;
}

export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    title: 'vitumob-pay: M-Pesa checkout in one tag',
    headline: 'M-Pesa checkout in one tag',
    lead: 'Your customer types a phone number, the phone asks for the M-Pesa PIN, and your page knows that it is paid.',
    steps: ['Pay now, with any Kenyan number.', 'See the phone ring, and type PIN 1234.', 'Copy the tag.'],
    simulated: 'The phone, M-Pesa and the money on this page are simulated.',
    inBrowser: 'The backend runs in your browser. Nothing leaves it.',
    real: {
      daraja: 'Behind this page is Safaricom’s Daraja: a real phone is going to ring, and the money is real.',
      'payments-api':
        'Behind this page is a deployed payments API: a real phone is going to ring, and the money is real.',
    },
    language: 'Language',
    theme: 'Theme',
    themes: { auto: 'Auto', light: 'Light', dark: 'Dark' },
    shop: {
      label: 'The shop',
      name: 'Vitumob Nyumbani',
      place: 'Home and kitchen, Nairobi',
      order: 'Order',
      basket: 'In the basket',
    },
    items: (count) => (count === 1 ? '1 item' : `${count} items`),
    phone: {
      heading: 'The customer’s phone',
      quiet: 'The request for the PIN shows here.',
      pin: (pin) => `PIN ${pin} pays. Any other is wrong.`,
      messages: 'Messages',
      asks: (question) => `The phone asks: ${question}`,
      says: (message) => `On the phone: ${message}`,
      leave: 'Leave it unanswered',
      left: 'Left alone. In half a minute M-Pesa gives up.',
      rings: 'The phone asks for the PIN',
      pinProblem: 'A PIN has four digits.',
      menu: 'Lipa na M-Pesa',
      menuNote: 'Without a request: Pay Bill, in the phone’s own menu.',
      menuRefused: 'Not paid: look at the amount and the PIN.',
    },
    scenarios: {
      heading: 'What should happen?',
      oneTab: 'The choice counts for the whole server: play in one tab at a time.',
      more: 'More',
      all: 'Every way in which a payment can go',
      refused: 'The backend did not take this. Is the server still running?',
      chooseStatus: 'Choose “status-url” to see it.',
    },
    code: {
      heading: 'The code',
      copy: 'Copy',
      copied: 'Copied',
      selected: 'The browser keeps its clipboard to itself here; the code is selected instead.',
    },
    setup: {
      heading: 'Set it up',
      amount: 'Amount in shillings',
      amountProblem: (amount) =>
        `Write digits alone, from 1 to 250000, as in 12341 or 12341.50. The checkout still says ${amount}.`,
      business: 'Business',
      businessNote: (business) => `The phone goes on saying ${business}: that is the name M-Pesa has for this shop.`,
      outcome: 'How it learns of the payment',
      notAtAll: 'Not at all',
      hints: {
        'status-url': 'The checkout asks the backend until it knows.',
        settle: 'The backend sends the outcome to the page, and the page hands it to the checkout.',
        none: 'The checkout’s job ends with the request: “check your phone”.',
      },
      newOrder: 'New order',
      secondTab: 'Same order in a second tab',
    },
    timeline: {
      heading: 'Behind the scenes',
      empty: 'The events in the page and the requests to the backend show here as they happen, newest first.',
    },
    looks: {
      heading: 'Make it yours',
      note: 'It takes the font and the colours of the page that it is on. These few lines are all that three shops added.',
      shops: {
        bare: { name: 'Bare', story: 'For a page that is all type and white space: square, black on white, no frame.' },
        brand: { name: 'Bold brand', story: 'A strong colour, round corners, room to breathe.' },
        dark: {
          name: 'Dark shop',
          story: 'The page is dark and the element follows; only the button has to be told.',
        },
      },
    },
    gallery: 'Everything that the checkout can show, on one page',
  },
  sw: {
    title: 'vitumob-pay: malipo ya M-Pesa kwa tagi moja',
    headline: 'Malipo ya M-Pesa kwa tagi moja',
    lead: 'Mteja anaandika nambari ya simu, simu inaomba PIN ya M-Pesa, na ukurasa wako unajua kwamba amelipa.',
    steps: ['Lipa sasa, kwa nambari yoyote ya Kenya.', 'Tazama simu ikilia, na uandike PIN 1234.', 'Nakili tagi.'],
    simulated: 'Simu, M-Pesa na pesa kwenye ukurasa huu ni za kuigiza.',
    inBrowser: 'Seva iko ndani ya kivinjari chako. Hakuna kinachotoka humo.',
    real: {
      daraja: 'Nyuma ya ukurasa huu ni Daraja ya Safaricom: simu halisi italia, na pesa ni halisi.',
      'payments-api': 'Nyuma ya ukurasa huu ni seva halisi ya malipo: simu halisi italia, na pesa ni halisi.',
    },
    language: 'Lugha',
    theme: 'Mandhari',
    themes: { auto: 'Otomatiki', light: 'Angavu', dark: 'Giza' },
    shop: {
      label: 'Duka',
      name: 'Vitumob Nyumbani',
      place: 'Vitu vya nyumbani, Nairobi',
      order: 'Oda',
      basket: 'Kwenye kikapu',
    },
    items: (count) => (count === 1 ? 'bidhaa 1' : `bidhaa ${count}`),
    phone: {
      heading: 'Simu ya mteja',
      quiet: 'Ombi la PIN litaonekana hapa.',
      pin: (pin) => `PIN ${pin} inalipa. Nyingine yoyote si sahihi.`,
      messages: 'Ujumbe',
      asks: (question) => `Simu inauliza: ${question}`,
      says: (message) => `Kwenye simu: ${message}`,
      leave: 'Iache bila kujibu',
      left: 'Imeachwa. Baada ya nusu dakika M-Pesa itaacha kusubiri.',
      rings: 'Simu inaomba PIN',
      pinProblem: 'PIN ina tarakimu nne.',
      menu: 'Lipa na M-Pesa',
      menuNote: 'Bila ombi: Lipa Bili, kwenye menyu ya simu yenyewe.',
      menuRefused: 'Haijalipwa: angalia kiasi na PIN.',
    },
    scenarios: {
      heading: 'Nini kitokee?',
      oneTab: 'Chaguo ni la seva nzima: jaribu kwenye kichupo kimoja kwa wakati.',
      more: 'Zaidi',
      all: 'Kila jinsi malipo yanavyoweza kwenda',
      refused: 'Seva haikukubali chaguo hili. Je, bado inafanya kazi?',
      chooseStatus: 'Chagua “status-url” ili uone.',
    },
    code: {
      heading: 'Msimbo',
      copy: 'Nakili',
      copied: 'Imenakiliwa',
      selected: 'Kivinjari hakiruhusu kunakili hapa; msimbo umechaguliwa badala yake.',
    },
    setup: {
      heading: 'Mpangilio',
      amount: 'Kiasi kwa shilingi',
      amountProblem: (amount) =>
        `Andika tarakimu tu, kuanzia 1 hadi 250000, kama 12341 au 12341.50. Malipo bado yanasema ${amount}.`,
      business: 'Biashara',
      businessNote: (business) => `Simu itaendelea kusema ${business}: ndilo jina ambalo M-Pesa inalo la duka hili.`,
      outcome: 'Inavyojua malipo yamefika',
      notAtAll: 'Haijui',
      hints: {
        'status-url': 'Malipo huuliza seva ya duka hadi yajue.',
        settle: 'Seva hutuma matokeo kwa ukurasa, na ukurasa huyapa malipo.',
        none: 'Kazi inaishia kwa ombi: “angalia simu yako”.',
      },
      newOrder: 'Oda mpya',
      secondTab: 'Oda hii kwenye kichupo cha pili',
    },
    timeline: {
      heading: 'Nyuma ya pazia',
      empty: 'Matukio ya ukurasa na maombi kwa seva huonekana hapa yanapotokea, jipya kwanza.',
    },
    looks: {
      heading: 'Ifanye iwe yako',
      note: 'Inachukua herufi na rangi za ukurasa iliko. Mistari hii michache ndiyo tu ambayo maduka matatu yaliongeza.',
      shops: {
        bare: {
          name: 'Bila mapambo',
          story: 'Kwa ukurasa wa maandishi na nafasi nyeupe tu: pembe kali, nyeusi juu ya nyeupe, bila fremu.',
        },
        brand: { name: 'Chapa ya kuvutia', story: 'Rangi kali, pembe za mviringo, na nafasi ya kutosha.' },
        dark: {
          name: 'Duka la giza',
          story: 'Ukurasa ni wa giza, na malipo yanaufuata; ni kitufe tu kinachohitaji kuambiwa rangi.',
        },
      },
    },
    gallery: 'Kila kitu ambacho malipo yanaweza kuonyesha, kwenye ukurasa mmoja',
  },
};
