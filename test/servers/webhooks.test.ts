/** What examples take for a signed webhook, without the frameworks around it: signatures by the library that the server signs with. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Webhook } from 'standardwebhooks';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const secretOf = (text: string) => `whsec_${Buffer.from(text).toString('base64')}`;
const SECRET = secretOf('a secret of this test, 32 bytes.');
const NOW = 1_764_148_502;
const BODY = '{"type":"payment.paid","data":{"order_id":"ÿ € 1"}}';

interface Told {
  readonly secret: string;
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
}

const sign = (secret = SECRET, id = 'evt_1', at = NOW) => new Webhook(secret).sign(id, new Date(at * 1000), BODY);
const good: Told = { secret: SECRET, id: 'evt_1', timestamp: String(NOW), signature: sign(), body: BODY };

const cases: Readonly<Record<string, readonly [Partial<Told>, boolean]>> = {
  'what the server signs': [{}, true],
  'one of several signatures': [{ signature: `v1,AAAA v2,x ${sign()}` }, true],
  'five minutes, to either side': [{ timestamp: String(NOW - 300), signature: sign(SECRET, 'evt_1', NOW - 300) }, true],
  'more than five minutes ago': [{ timestamp: String(NOW - 301), signature: sign(SECRET, 'evt_1', NOW - 301) }, false],
  'more than five minutes ahead': [
    { timestamp: String(NOW + 301), signature: sign(SECRET, 'evt_1', NOW + 301) },
    false,
  ],
  'another secret': [{ signature: sign(secretOf('a secret of somebody else, so so')) }, false],
  'another id': [{ id: 'evt_2' }, false],
  'no id': [{ id: '', signature: sign(SECRET, '') }, false],
  'another time': [{ timestamp: String(NOW + 1) }, false],
  'a time that is none': [{ timestamp: `${NOW}x` }, false],
  'a time with a line break': [{ timestamp: `${NOW}\n` }, false],
  'no time': [{ timestamp: '' }, false],
  'another body': [{ body: `${BODY} ` }, false],
  'no signature': [{ signature: '' }, false],
  'a signature of another kind': [{ signature: sign().replace('v1,', 'v1a,') }, false],
  'a signature in other letters': [{ signature: 'v1,ÿÿÿÿ' }, false],
  'a signature that only begins so': [{ signature: sign().slice(0, -1) }, false],
  'no secret': [{ secret: '' }, false],
  'a secret of nothing': [{ secret: 'whsec_' }, false],
  'a secret that is no base64': [{ secret: 'whsec_!' }, false],
};

/** PHP that asks `$isSigned` of all that is told. */
const inPhp = (isSigned: string) => `${isSigned}
$told = json_decode(stream_get_contents(STDIN), true);
echo json_encode(array_map(
    fn ($t) => $isSigned($t['secret'], $t['id'], $t['timestamp'], $t['signature'], $t['body'], ${NOW}),
    $told
));`;

const receivers = [
  {
    file: 'woocommerce/vitumob-pay-for-woocommerce.php',
    program: 'php',
    words: [
      '-r',
      inPhp(`const ABSPATH = '/';
function add_action(...$hook) {}
function add_filter(...$hook) {}
require ${JSON.stringify(join(examples, 'woocommerce/vitumob-pay-for-woocommerce.php'))};
$isSigned = 'VitumobPay\\is_signed';`),
    ],
  },
  {
    file: 'laravel/app/Support/StandardWebhooks.php',
    program: 'php',
    words: [
      '-r',
      inPhp(`require ${JSON.stringify(join(examples, 'laravel/app/Support/StandardWebhooks.php'))};
$isSigned = ['App\\Support\\StandardWebhooks', 'isSigned'];`),
    ],
  },
  {
    file: 'django/vitumob_pay/standard_webhooks.py',
    program: 'python3',
    words: [
      '-B',
      '-c',
      `import json, sys
sys.path.insert(0, ${JSON.stringify(join(examples, 'django/vitumob_pay'))})
from standard_webhooks import is_signed
print(json.dumps([
    is_signed(t['secret'], {'webhook-' + name: t[name] for name in ('id', 'timestamp', 'signature')}, t['body'].encode(), ${NOW})
    for t in json.load(sys.stdin)
]))`,
    ],
  },
] as const;

for (const { file, program, words } of receivers) {
  if (spawnSync(program, ['--version']).status !== 0) {
    console.log(`examples/${file}: not run, there is no ${program} here`);
    continue;
  }
  describe(`examples/${file}`, () => {
    const told = Object.values(cases).map(([changes]) => ({ ...good, ...changes }));
    const answers = JSON.parse(
      execFileSync(program, words, { input: JSON.stringify(told), encoding: 'utf8' }),
    ) as readonly boolean[];
    for (const [index, [what, [, isTaken]]] of Object.entries(cases).entries())
      it(`${isTaken ? 'takes' : 'does not take'} ${what}`, () => {
        assert.equal(answers[index], isTaken);
      });
  });
}
