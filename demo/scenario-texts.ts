/**
 * What the scenarios are called and what there is to see, in both languages. A title is told as a customer would tell it; what
 * developers know it by, a code or a status, stands in the story. test/node/demo-texts.test.ts lists the words that a title may not
 * have.
 */

import type { FeaturedId, GroupId, ScenarioId } from './scenarios.js';
import type { Language } from './settings.js';

type InBoth<Text> = Readonly<Record<Language, Text>>;

export interface ScenarioText {
  readonly title: string;
  readonly story: string;
}

const MAY_RING = {
  en: 'The phone may ring, so the shop cannot say that nothing was charged.',
  sw: 'Huenda simu italia, kwa hiyo duka haliwezi kusema kwamba hakuna aliyetozwa.',
};
const RINGS = {
  en: 'The phone rings all the same. Approve it and watch.',
  sw: 'Simu inalia hata hivyo. Kubali na utazame.',
};
const NOTHING_CHARGED = { en: 'Nothing was charged.', sw: 'Hakuna aliyetozwa.' };
const FOUND_OUT_LATER = {
  en: 'Approve on the phone; it is found out a little later.',
  sw: 'Kubali kwenye simu; itajulikana baadaye kidogo.',
};
const GIVEN_UP_WITHIN_A_MINUTE = {
  en: 'Asked for as soon as the checkout is on the screen, then once more: given up within a minute. Nothing was charged.',
  sw: 'Inaombwa mara tu malipo yanapoonekana, kisha mara nyingine: inaachwa kabla ya dakika moja kupita. Hakuna aliyetozwa.',
};
const ASKED_AGAIN = { en: 'Asked again after 30 seconds.', sw: 'Inaulizwa tena baada ya sekunde 30.' };
const ASKS_BY_ITSELF = {
  en: 'Approve on the phone. After 20 seconds of silence the shop’s server asks M-Pesa itself.',
  sw: 'Kubali kwenye simu. Baada ya sekunde 20 za kimya, seva ya duka inauliza M-Pesa yenyewe.',
};
const NOT_IN_THE_EVENTS = {
  en: 'It is the access token. Look for it behind the scenes: it is not there.',
  sw: 'Ni tokeni ya ruhusa. Itafute nyuma ya pazia: haimo.',
};

const result = (code: number | string) => ({ en: `M-Pesa’s result ${code}.`, sw: `Matokeo ${code} ya M-Pesa.` });
const refusal = (code: string) => ({
  en: `M-Pesa answers the request with ${code}. Nothing reaches a phone.`,
  sw: `M-Pesa inajibu ombi kwa ${code}. Hakuna kinachofika kwenye simu.`,
});
/** Two sentences, one after the other. */
const and = (one: InBoth<string>, other: InBoth<string>) => ({
  en: `${one.en} ${other.en}`,
  sw: `${one.sw} ${other.sw}`,
});
const text = (en: string, sw: string) => ({ en, sw });
const scenario = (en: string, sw: string, story: InBoth<string>): InBoth<ScenarioText> => ({
  en: { title: en, story: story.en },
  sw: { title: sw, story: story.sw },
});
/** M-Pesa has several codes for a token that it has forgotten. */
const forgotten = (code: string) =>
  text(
    `M-Pesa says it with ${code}. The server leaves the second try to the page.`,
    `M-Pesa inasema hivyo kwa ${code}. Seva inauachia ukurasa ujaribu mara ya pili.`,
  );

/** The eight to begin with. */
export const FEATURED_TEXTS: Readonly<Record<FeaturedId, InBoth<ScenarioText>>> = {
  handset: scenario(
    'I decide on the phone',
    'Naamua kwenye simu',
    text('Pay with 1234, say no, or let it ring.', 'Lipa kwa 1234, kataa, au iache ilie.'),
  ),
  paid: scenario(
    'Pays at once',
    'Analipa mara moja',
    text('The PIN is typed within seconds.', 'PIN inaandikwa ndani ya sekunde chache.'),
  ),
  '1032': scenario(
    'Changes their mind',
    'Anabadilisha nia',
    text('The request is cancelled on the phone.', 'Anakataa kwenye simu.'),
  ),
  '2001': scenario(
    'Mistypes the PIN',
    'Anakosea PIN',
    text('Nothing is charged. They may try again.', 'Hatozwi kitu. Anaweza kujaribu tena.'),
  ),
  '1': scenario(
    'Has too little money',
    'Hana pesa za kutosha',
    text('M-Pesa refuses the payment.', 'M-Pesa inakataa malipo.'),
  ),
  '1037': scenario('Has the phone off', 'Simu imezimwa', text('No request reaches it.', 'Hakuna ombi linaloifikia.')),
  'push-slow': scenario(
    'Presses twice',
    'Anabonyeza mara mbili',
    text('The network is slow. The phone rings once.', 'Mtandao ni wa polepole. Simu inalia mara moja.'),
  ),
  'push-reset-after': scenario(
    'Loses the connection',
    'Anapoteza mtandao',
    text('The phone rings all the same, and the shop finds out.', 'Simu inalia hata hivyo, na duka linajua.'),
  ),
};

export const GROUP_TEXTS: Readonly<Record<GroupId, InBoth<string>>> = {
  pays: text('The customer pays', 'Mteja analipa'),
  no: text('The customer does not pay', 'Mteja halipi'),
  mpesa: text('M-Pesa says no', 'M-Pesa inakataa'),
  push: text('The request to pay goes wrong', 'Ombi la malipo linaharibika'),
  daraja: text('Trouble between the shop and M-Pesa', 'Shida kati ya duka na M-Pesa'),
  token: text('The shop is not ready to ask', 'Duka haliko tayari kuomba'),
  status: text('Whether it is paid is hard to learn', 'Ni vigumu kujua kama amelipa'),
  expired: text('The permission to ask has run out', 'Ruhusa ya kuomba imekwisha'),
  late: text('M-Pesa reports late, twice or never', 'M-Pesa inaripoti kwa kuchelewa, mara mbili au kamwe'),
  page: text('The shop steps in', 'Duka linaingilia kati'),
};

export const SCENARIO_TEXTS: Readonly<Record<ScenarioId, InBoth<ScenarioText>>> = {
  // The customer pays
  handset: scenario(
    'I decide on the phone',
    'Naamua kwenye simu',
    text(
      'The request arrives on the phone. Approve it with 1234, type another PIN, cancel it, or leave it alone.',
      'Ombi linafika kwenye simu. Kubali kwa 1234, andika PIN nyingine, kataa, au liache.',
    ),
  ),
  paid: scenario(
    'Pays within four seconds',
    'Analipa ndani ya sekunde nne',
    text('Somebody approves at once.', 'Mtu anakubali mara moja.'),
  ),
  'paid-slowly': scenario(
    'Pays after half a minute',
    'Analipa baada ya nusu dakika',
    text('The phone was in another room.', 'Simu ilikuwa kwenye chumba kingine.'),
  ),
  'paid-by-query': scenario(
    'Pays, and the shop keeps asking M-Pesa',
    'Analipa, na duka linazidi kuuliza M-Pesa',
    text(
      'The page gets M-Pesa’s STK query as it is. Its 4999 means “not yet”, not “failed”.',
      'Ukurasa unapata jibu la STK query ya M-Pesa lilivyo. 4999 ni “bado”, si “imeshindikana”.',
    ),
  ),
  'paid-by-query-error': scenario(
    'Pays, and until then M-Pesa only says “an error”',
    'Analipa, na hadi hapo M-Pesa inasema tu “hitilafu”',
    text(
      'While the request is open, the STK query answers 500.001.1001. That is “not yet” as well.',
      'Ombi likiwa wazi, STK query inajibu 500.001.1001. Hiyo pia ni “bado”.',
    ),
  ),
  'paid-flat': scenario(
    'Pays, and the shop says so in its own words',
    'Analipa, na duka linasema kwa maneno yake',
    text(
      'The shop’s server answers with result_code and mpesa_receipt_number.',
      'Seva ya duka inajibu kwa result_code na mpesa_receipt_number.',
    ),
  ),

  // The customer does not pay
  '1032': scenario('Says no on the phone', 'Anakataa kwenye simu', result(1032)),
  '1031': scenario('Says no on an old SIM card', 'Anakataa kwenye laini ya zamani', result(1031)),
  '2001': scenario('Types a wrong PIN', 'Anaandika PIN isiyo sahihi', result(2001)),
  '1019': scenario('Answers too late', 'Anachelewa kujibu', result(1019)),
  '1037': scenario(
    'Has the phone off or no signal',
    'Simu imezimwa au haina mtandao',
    and(result(1037), text('No request shows.', 'Hakuna ombi linaloonekana.')),
  ),

  // M-Pesa says no
  '1': scenario('Too little money in M-Pesa', 'Salio la M-Pesa halitoshi', result(1)),
  '2': scenario('Less than M-Pesa takes', 'Ni kidogo kuliko M-Pesa inavyokubali', result(2)),
  '3': scenario('More than M-Pesa takes at once', 'Ni zaidi ya kikomo kwa malipo moja', result(3)),
  '4': scenario('More than M-Pesa takes in a day', 'Ni zaidi ya kikomo kwa siku', result(4)),
  '8': scenario('The shop’s account would be too full', 'Akaunti ya duka ingejaa kupita kiasi', result(8)),
  '1001': scenario('Another payment is under way', 'Malipo mengine yanaendelea', result(1001)),
  '26': scenario('M-Pesa is busy', 'M-Pesa ina shughuli nyingi', result(26)),
  '17': scenario('M-Pesa has trouble of its own', 'M-Pesa ina shida yake yenyewe', result(17)),
  '1025': scenario('M-Pesa could not send the request', 'M-Pesa haikuweza kutuma ombi', result(1025)),
  '1036': scenario('The network did not deliver it', 'Mtandao haukulifikisha', result(1036)),
  '9999': scenario('The request got lost', 'Ombi limepotea', result(9999)),
  SFC_IC0003: scenario(
    'For a reason that no list has',
    'Kwa sababu isiyo kwenye orodha yoyote',
    and(
      result('SFC_IC0003'),
      text('It is final all the same: M-Pesa reported it.', 'Hata hivyo ni ya mwisho: M-Pesa imeiripoti.'),
    ),
  ),
  '400.002.02': scenario('M-Pesa does not take the number', 'M-Pesa haikubali nambari', refusal('400.002.02')),
  '500.001.1001': scenario(
    'M-Pesa is already asking this phone',
    'M-Pesa tayari inaiomba simu hii',
    refusal('500.001.1001'),
  ),
  '500.003.02': scenario(
    'M-Pesa is too busy to ask',
    'M-Pesa ina shughuli nyingi, haiwezi kuomba',
    refusal('500.003.02'),
  ),
  '500.003.03': scenario(
    'The shop has asked M-Pesa too often',
    'Duka limeiomba M-Pesa mara nyingi mno',
    refusal('500.003.03'),
  ),
  '500.003.1001': scenario('M-Pesa cannot ask just now', 'M-Pesa haiwezi kuomba kwa sasa', refusal('500.003.1001')),

  // The request to pay goes wrong
  'push-slow': scenario(
    'The network is slow',
    'Mtandao ni wa polepole',
    text('It takes three seconds. Press twice: one request.', 'Inachukua sekunde tatu. Bonyeza mara mbili: ombi moja.'),
  ),
  'push-reset': scenario(
    'The connection is lost before the shop has heard',
    'Mtandao unapotea kabla duka halijasikia',
    and(text('The page cannot know that.', 'Ukurasa hauwezi kujua hivyo.'), MAY_RING),
  ),
  'push-reset-after': scenario(
    'The connection is lost after the shop has heard',
    'Mtandao unapotea baada ya duka kusikia',
    text(
      'The phone rings although the page never got an answer. Approve it and watch.',
      'Simu inalia ingawa ukurasa haukupata jibu. Kubali na utazame.',
    ),
  ),
  'push-no-answer': scenario(
    'The shop never answers',
    'Duka halijibu kamwe',
    and(text('Given up after 30 seconds.', 'Inaachwa baada ya sekunde 30.'), MAY_RING),
  ),
  'push-cut-short': scenario('Half of the shop’s answer is missing', 'Nusu ya jibu la duka haipo', MAY_RING),
  'push-stalled': scenario(
    'The shop stops in the middle of its answer',
    'Duka linasimama katikati ya jibu lake',
    and(text('Given up after 30 seconds.', 'Inaachwa baada ya sekunde 30.'), MAY_RING),
  ),
  'push-not-json': scenario(
    'The café’s Wi-Fi wants a sign-in first',
    'Wi-Fi ya mkahawa inataka uingie kwanza',
    and(text('A web page comes back, with status 200.', 'Ukurasa wa wavuti unarudi, kwa hali 200.'), MAY_RING),
  ),
  'push-missing-ids': scenario(
    'The shop forgets to number the payment',
    'Duka linasahau nambari ya malipo',
    and(text('Status 200, but without payment_id.', 'Hali 200, lakini bila payment_id.'), MAY_RING),
  ),
  'push-server-500': scenario(
    'The shop breaks down before it asks M-Pesa',
    'Duka linaharibika kabla ya kuiomba M-Pesa',
    and(text('Status 500: the page cannot know more.', 'Hali 500: ukurasa hauwezi kujua zaidi.'), MAY_RING),
  ),
  'push-server-500-reached': scenario(
    'The shop breaks down after it has asked M-Pesa',
    'Duka linaharibika baada ya kuiomba M-Pesa',
    and(text('Status 500.', 'Hali 500.'), RINGS),
  ),
  'push-bad-gateway': scenario(
    'The shop cannot be reached, and no phone rings',
    'Duka halifikiki, na hakuna simu inayolia',
    and(text('A proxy gave up with 502.', 'Seva ya kati imeacha kwa 502.'), MAY_RING),
  ),
  'push-bad-gateway-reached': scenario(
    'The shop cannot be reached, yet the phone rings',
    'Duka halifikiki, lakini simu inalia',
    and(text('A proxy gave up with 502.', 'Seva ya kati imeacha kwa 502.'), RINGS),
  ),
  'push-retry-after': scenario(
    'The shop says “come back later”',
    'Duka linasema “rudi baadaye”',
    and(
      text('Status 503. A request is never repeated by itself.', 'Hali 503. Ombi halirudiwi lenyewe kamwe.'),
      MAY_RING,
    ),
  ),
  'push-too-many': scenario(
    'The shop says “too many tries”',
    'Duka linasema “umejaribu mara nyingi mno”',
    and(text('Refused with 429.', 'Imekataliwa kwa 429.'), NOTHING_CHARGED),
  ),
  'push-html-404': scenario(
    'The page asks at a wrong address',
    'Ukurasa unaomba kwenye anwani isiyo sahihi',
    text('A plain 404 is not an expired token.', '404 ya kawaida si tokeni iliyokwisha muda.'),
  ),
  'push-redirect': scenario(
    'The shop wants the customer to sign in',
    'Duka linataka mteja aingie kwanza',
    text(
      'The redirect is not followed: a token and a phone number would travel along.',
      'Ukurasa haufuati uelekezo: tokeni na nambari ya simu zingesafiri pamoja.',
    ),
  ),
  'push-token-missing': scenario(
    'The shop does not recognise the page',
    'Duka halitambui ukurasa',
    text('The token got lost on the way: status 400.', 'Tokeni imepotea njiani: hali 400.'),
  ),
  'push-daraja-500': scenario(
    'The shop passes on M-Pesa’s no',
    'Duka linapitisha jibu la M-Pesa: hapana',
    text(
      'A daraja_error in the answer makes it certain: nothing was charged.',
      'daraja_error ndani ya jibu inathibitisha: hakuna aliyetozwa.',
    ),
  ),
  'push-refused-code': scenario(
    'M-Pesa takes the request, and says no',
    'M-Pesa inapokea ombi, na kukataa',
    and(text('Status 200, but ResponseCode 1.', 'Hali 200, lakini ResponseCode 1.'), NOTHING_CHARGED),
  ),
  'push-echo-token': scenario('The shop’s answer repeats a secret', 'Jibu la duka linarudia siri', NOT_IN_THE_EVENTS),
  'push-echo-token-error': scenario(
    'The shop says no and repeats a secret',
    'Duka linakataa na kurudia siri',
    NOT_IN_THE_EVENTS,
  ),

  // Trouble between the shop and M-Pesa
  'daraja-reset': scenario(
    'The line breaks before M-Pesa has the request',
    'Laini inakatika kabla M-Pesa haijapata ombi',
    and(
      text('The server cannot know that, so it says 502.', 'Seva haiwezi kujua hivyo, kwa hiyo inasema 502.'),
      MAY_RING,
    ),
  ),
  'daraja-reset-after': scenario(
    'The line breaks after M-Pesa has the request',
    'Laini inakatika baada ya M-Pesa kupata ombi',
    RINGS,
  ),
  'daraja-html': scenario(
    'M-Pesa answers something that makes no sense',
    'M-Pesa inajibu kitu kisichoeleweka',
    and(text('A web page, with status 200.', 'Ukurasa wa wavuti, kwa hali 200.'), MAY_RING),
  ),
  'daraja-no-token': scenario('M-Pesa does not let the shop in', 'M-Pesa hairuhusu duka kuingia', NOTHING_CHARGED),

  // The shop is not ready to ask
  'token-slow': scenario(
    'The network is slow',
    'Mtandao ni wa polepole',
    text(
      'The token is asked for as soon as the checkout is on the screen, so the wait is hardly felt.',
      'Tokeni inaombwa mara tu malipo yanapoonekana, kwa hiyo kusubiri hakuhisiki.',
    ),
  ),
  'token-reset': scenario('The connection is lost', 'Mtandao unapotea', NOTHING_CHARGED),
  'token-no-answer': scenario('The shop never answers', 'Duka halijibu kamwe', GIVEN_UP_WITHIN_A_MINUTE),
  'token-cut-short': scenario('Half of the shop’s answer is missing', 'Nusu ya jibu la duka haipo', NOTHING_CHARGED),
  'token-stalled': scenario(
    'The shop stops in the middle of its answer',
    'Duka linasimama katikati ya jibu lake',
    GIVEN_UP_WITHIN_A_MINUTE,
  ),
  'token-not-json': scenario(
    'The café’s Wi-Fi wants a sign-in first',
    'Wi-Fi ya mkahawa inataka uingie kwanza',
    and(text('A web page comes back, with status 200.', 'Ukurasa wa wavuti unarudi, kwa hali 200.'), NOTHING_CHARGED),
  ),
  'token-not-a-token': scenario(
    'The shop answers something else',
    'Duka linajibu kitu kingine',
    and(text('JSON, but no token in it.', 'JSON, lakini haina tokeni.'), NOTHING_CHARGED),
  ),
  'token-html-404': scenario(
    'The page asks at a wrong address',
    'Ukurasa unaomba kwenye anwani isiyo sahihi',
    and(text('Status 404.', 'Hali 404.'), NOTHING_CHARGED),
  ),
  'token-server-500': scenario(
    'The shop breaks down',
    'Duka linaharibika',
    and(text('Status 500.', 'Hali 500.'), NOTHING_CHARGED),
  ),
  'token-bad-gateway': scenario(
    'The shop cannot be reached',
    'Duka halifikiki',
    and(text('A proxy gave up with 502.', 'Seva ya kati imeacha kwa 502.'), NOTHING_CHARGED),
  ),
  'token-retry-after': scenario(
    'The shop says “come back later”',
    'Duka linasema “rudi baadaye”',
    and(text('Status 503.', 'Hali 503.'), NOTHING_CHARGED),
  ),
  'token-daraja-500': scenario(
    'M-Pesa gives the shop no permission',
    'M-Pesa hailipatii duka ruhusa',
    and(text('Status 500, with a daraja_error in it.', 'Hali 500, yenye daraja_error.'), NOTHING_CHARGED),
  ),
  'token-redirect': scenario(
    'The shop wants the customer to sign in',
    'Duka linataka mteja aingie kwanza',
    and(text('The redirect is not followed.', 'Ukurasa haufuati uelekezo.'), NOTHING_CHARGED),
  ),

  // Whether it is paid is hard to learn
  'status-server-500': scenario(
    'The shop breaks down three times, then is well',
    'Duka linaharibika mara tatu, kisha linapona',
    and(
      text('Status 500: a failed question is not an outcome.', 'Hali 500: swali lililoshindikana si matokeo.'),
      FOUND_OUT_LATER,
    ),
  ),
  'status-bad-gateway': scenario(
    'The shop cannot be reached three times',
    'Duka halifikiki mara tatu',
    and(text('A proxy gave up with 502.', 'Seva ya kati imeacha kwa 502.'), FOUND_OUT_LATER),
  ),
  'status-reset': scenario('The connection is lost three times', 'Mtandao unapotea mara tatu', FOUND_OUT_LATER),
  'status-retry-after': scenario(
    'The shop says “come back later”',
    'Duka linasema “rudi baadaye”',
    text(
      'Status 503. The checkout waits as long as it is told to: five seconds, twice.',
      'Hali 503. Malipo husubiri muda ulioambiwa: sekunde tano, mara mbili.',
    ),
  ),
  'status-slow': scenario(
    'The network is slow',
    'Mtandao ni wa polepole',
    and(text('Each answer takes three seconds.', 'Kila jibu linachukua sekunde tatu.'), FOUND_OUT_LATER),
  ),
  'status-no-answer': scenario('The shop does not answer at first', 'Duka halijibu mara ya kwanza', ASKED_AGAIN),
  'status-stalled': scenario(
    'The shop stops in the middle of its first answer',
    'Duka linasimama katikati ya jibu lake la kwanza',
    ASKED_AGAIN,
  ),
  'status-cut-short': scenario(
    'Half of the shop’s answer is missing',
    'Nusu ya jibu la duka haipo',
    text('Half an answer is none. Asked again.', 'Nusu ya jibu si jibu. Inaulizwa tena.'),
  ),
  'status-not-json': scenario(
    'The café’s Wi-Fi wants a sign-in first',
    'Wi-Fi ya mkahawa inataka uingie kwanza',
    text(
      'A web page comes back three times, with status 200: not an outcome.',
      'Ukurasa wa wavuti unarudi mara tatu, kwa hali 200: si matokeo.',
    ),
  ),
  'status-html-404': scenario(
    'The shop does not know the payment yet',
    'Duka bado halijui malipo haya',
    text('Status 404, three times: not an outcome.', 'Hali 404, mara tatu: si matokeo.'),
  ),
  'status-daraja-500': scenario(
    'M-Pesa says “not yet” three times',
    'M-Pesa inasema “bado” mara tatu',
    text('It does so with 500.001.1001.', 'Inafanya hivyo kwa 500.001.1001.'),
  ),
  'status-expired': scenario(
    'The permission runs out while waiting',
    'Ruhusa inakwisha wakati wa kusubiri',
    text(
      'A fresh token is asked for, and the question is asked again.',
      'Tokeni mpya inaombwa, na swali linaulizwa tena.',
    ),
  ),

  // The permission to ask has run out
  expired: scenario(
    'It ran out once',
    'Imekwisha mara moja',
    text(
      'token-expired, a fresh token, one more push: the customer notices nothing.',
      'token-expired, tokeni mpya, ombi moja zaidi: mteja haoni lolote.',
    ),
  ),
  'expired-twice': scenario(
    'It ran out twice',
    'Imekwisha mara mbili',
    text(
      'No third try: push-failure with reason token-expired.',
      'Hakuna jaribio la tatu: push-failure kwa sababu ya token-expired.',
    ),
  ),
  'expired-prevented': scenario(
    'It ran out, and the shop does not renew it',
    'Imekwisha, na duka haliifanyi upya',
    text('The page calls preventDefault() on token-expired.', 'Ukurasa unaita preventDefault() kwenye token-expired.'),
  ),
  'expired-at-daraja': scenario(
    'M-Pesa forgets the shop’s permission',
    'M-Pesa inasahau ruhusa ya duka',
    text(
      'The shop’s server gets itself another token and asks once more. The page notices nothing.',
      'Seva ya duka inajipatia tokeni nyingine na kuomba tena. Ukurasa hauoni lolote.',
    ),
  ),
  'expired-at-server': scenario(
    'The shop forgets all permissions',
    'Duka linasahau ruhusa zote',
    text(
      'The page gets another token after the first refusal, and asks once more.',
      'Ukurasa unapata tokeni nyingine baada ya kukataliwa mara ya kwanza, na kuomba tena.',
    ),
  ),
  'expired-400.003.01': scenario(
    'M-Pesa forgets it, in other words',
    'M-Pesa inaisahau, kwa maneno mengine',
    forgotten('400.003.01'),
  ),
  'expired-401.002.01': scenario(
    'M-Pesa forgets it, in yet other words',
    'M-Pesa inaisahau, kwa maneno tofauti tena',
    forgotten('401.002.01'),
  ),
  'expired-401.003.01': scenario(
    'M-Pesa forgets it, in its newest words',
    'M-Pesa inaisahau, kwa maneno yake mapya zaidi',
    forgotten('401.003.01'),
  ),
  'expired-always': scenario(
    'M-Pesa takes no permission at all',
    'M-Pesa haikubali ruhusa yoyote',
    text(
      'M-Pesa answers every request with 404.001.03. The server tries twice, and says that nothing was sent.',
      'M-Pesa inajibu kila ombi kwa 404.001.03. Seva inajaribu mara mbili, na kusema kwamba hakuna kilichotumwa.',
    ),
  ),
  'expires-soon': scenario(
    'It is about to run out',
    'Iko karibu kwisha',
    text(
      'Five seconds are too little to count on: another token is asked for first.',
      'Sekunde tano hazitoshi kutegemea: tokeni nyingine inaombwa kwanza.',
    ),
  ),

  // M-Pesa reports late, twice or never
  'callback-late': scenario(
    'Late, 45 seconds after the payment',
    'Imechelewa, sekunde 45 baada ya malipo',
    ASKS_BY_ITSELF,
  ),
  'callback-twice': scenario(
    'Twice',
    'Mara mbili',
    text(
      'Approve on the phone. The second report changes nothing.',
      'Kubali kwenye simu. Ripoti ya pili haibadilishi kitu.',
    ),
  ),
  'callback-never': scenario('Never, but it knows when asked', 'Kamwe, lakini inajua ikiulizwa', ASKS_BY_ITSELF),
  'query-contradicts': scenario(
    'First “not paid”, then “paid”',
    'Kwanza “hajalipa”, kisha “amelipa”',
    text(
      'M-Pesa’s query says no after 20 seconds. Its callback says paid after 45, and the query still says no: it is not believed. See behind the scenes.',
      'STK query ya M-Pesa inasema hapana baada ya sekunde 20. Ripoti yake inasema amelipa baada ya 45, na STK query bado inasema hapana: haiaminiwi. Tazama nyuma ya pazia.',
    ),
  ),
  silence: scenario(
    'Never, and it does not know when asked',
    'Kamwe, na haijui ikiulizwa',
    text(
      'After three minutes the customer reads that nobody can tell yet.',
      'Baada ya dakika tatu mteja anasoma kwamba bado haijulikani.',
    ),
  ),
  '4999': scenario(
    '“Still working on it”, for ever',
    '“Bado tunashughulikia”, milele',
    text(
      'Result 4999 for three minutes. It is never taken for a failure.',
      'Matokeo 4999 kwa dakika tatu. Hayachukuliwi kamwe kuwa kushindikana.',
    ),
  ),

  // The shop steps in
  'push-stopped': scenario(
    'The shop stops the payment before it asks',
    'Duka linasimamisha malipo kabla ya kuomba',
    text(
      'It calls preventDefault() on push-request, say because the goods are sold out. Nothing is sent.',
      'Linaita preventDefault() kwenye push-request, labda kwa sababu bidhaa zimeisha. Hakuna kinachotumwa.',
    ),
  ),
};
