/**
 * Every fault at every endpoint, met by a real page: what its customer reads, which events it sees, and what was sent. The table in
 * docs/fault-matrix.md is printed by this code, and a test compares the two.
 *
 *     node --import tsx test/e2e/fault-matrix.ts            prints the document
 *     node --import tsx test/e2e/fault-matrix.ts --write    writes it
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { type Fault, FAULT_NAMES } from '../../simulator/faults.js';
import { type Attributes, type Backend, type SeenEvent, type Tab, until, World } from './support.js';

type FaultName = (typeof FAULT_NAMES)[number];
type Where = 'token' | 'push' | 'status';

interface Case {
  readonly name: string;
  readonly where: Where;
  /** The endpoint's queue of faults. */
  readonly faults: readonly Fault[];
  readonly attributes?: Attributes;
  /** Done once the customer has typed, before the button is pressed. */
  readonly prepare?: (tab: Tab) => Promise<void>;
}

export interface Row {
  readonly fault: string;
  readonly where: string;
  /** Headline, in English. */
  readonly reads: string;
  /** All that the element says then. */
  readonly text: string;
  /** What came after `push-request`, but for `state-change`. */
  readonly events: string;
  readonly promptPossible: string;
  readonly states: string;
  /** Requests that came to the push endpoint. */
  readonly pushes: number;
  /** Prompts that rang on the phone. */
  readonly prompts: number;
  /** Whether the button lets the customer try again at once, after a failed attempt: `no` shows the time that is left. */
  readonly again: 'yes' | 'no' | '–';
  /** Whether the customer is offered to pay without a prompt. */
  readonly byHand: 'yes' | 'no';
  /** If the phone rings: what the customer reads after paying. */
  readonly afterwards: string;
}

/** With only these do the three endpoints differ in what they can do wrong. */
const ONLY_AT: Partial<Record<FaultName, readonly Where[]>> = {
  'expires-soon': ['token'],
  'not-a-token': ['token', 'push'],
  'refused-code': ['push'],
  'missing-ids': ['push'],
  'echo-token': ['push', 'status'],
};

const IN_WORDS: Readonly<Record<FaultName, string>> = {
  ok: 'none',
  slow: 'a slow answer',
  reset: 'connection reset before the backend was reached',
  'reset-after': 'connection reset after the backend was reached',
  'no-answer': 'no answer within `timeout`',
  'cut-short': 'body cut short',
  stalled: 'body that stops half-way',
  'not-json-200': '200 with an HTML page',
  'html-404': 'plain 404',
  'server-500': '500 without `daraja_error`',
  'bad-gateway-html': '502 with HTML',
  redirect: 'redirect',
  'retry-after': '503 with `Retry-After`',
  expired: '404.001.03, expired token',
  'token-missing': '400 `Access token not provided`',
  'daraja-500': '500 with `daraja_error` 500.001.1001',
  'refused-code': '200 with `ResponseCode` "1"',
  'missing-ids': '200 without the ids',
  'echo-token': 'success that echoes the token',
  'echo-token-error': '400 with another `daraja_error`',
  'not-a-token': '200 with other JSON',
  'expires-soon': 'token with 5 s of life',
};

/** Enough for as many token requests as any attempt makes. */
const EVERY = 6;

function cases(): readonly Case[] {
  const patient = { timeout: '20000' };
  // For requests that are to run into it. The answers of all others have to come sooner, on a busy machine too.
  const impatient = { timeout: '5000' };
  const particulars: Partial<Record<FaultName, Fault>> = {
    slow: { fault: 'slow', ms: 300 },
    'retry-after': { fault: 'retry-after', seconds: 1 },
  };
  const all = (['token', 'push', 'status'] as const).flatMap((where) =>
    FAULT_NAMES.filter((name) => (ONLY_AT[name] ?? [where]).includes(where)).flatMap((name): Case[] => {
      const fault = particulars[name] ?? name;
      const one: Case = {
        name: IN_WORDS[name],
        where,
        faults: [fault],
        attributes: name === 'no-answer' || name === 'stalled' ? impatient : patient,
      };
      if (where !== 'token' || name === 'ok') return [one];
      return [
        { ...one, name: `${one.name}, once` },
        { ...one, name: `${one.name}, always`, faults: Array<Fault>(EVERY).fill(fault) },
      ];
    }),
  );
  const push = { where: 'push', attributes: patient } as const;
  return [
    ...all,
    {
      ...push,
      name: '500 without `daraja_error`, after the backend was reached',
      faults: [{ fault: 'server-500', reached: true }],
    },
    {
      ...push,
      name: '502 with HTML, after the backend was reached',
      faults: [{ fault: 'bad-gateway-html', reached: true }],
    },
    { ...push, name: '404.001.03, twice', faults: ['expired', 'expired'] },
    {
      ...push,
      name: '404.001.03, renewal prevented by the page',
      faults: ['expired'],
      prepare: async (tab) => {
        await tab.frame.evaluate(() => {
          document.addEventListener('token-expired', (event) => {
            event.preventDefault();
          });
        });
      },
    },
    {
      ...push,
      name: 'the browser is offline',
      faults: [],
      prepare: async (tab) => {
        await tab.page.setOfflineMode(true);
      },
    },
  ];
}

/** Plays one case to its end. */
async function play(world: World, backend: Backend, { name, where, faults, attributes, prepare }: Case): Promise<Row> {
  await backend.faults({ [where]: faults });
  const customer = await world.customer();
  const tab = await customer.open(world.page(world.tag({ ...backend.endpoints, ...PAY_BILL, ...attributes })));
  await tab.type();
  await prepare?.(tab);
  await tab.press();
  const ended = ({ type }: { type: string }) => type === 'push-success' || type === 'push-failure';
  await until(async () => (await tab.events()).some(ended), `the end of the attempt: ${name} at ${where}`, 30_000);
  const failure = (await tab.events()).find(({ type }) => type === 'push-failure')?.detail;
  const reads = await tab.title();
  const text = await tab.text();
  const byHand = await tab.frame.$eval('vitumob-pay', ({ shadowRoot }) =>
    shadowRoot?.querySelector('[part~="manual"]') ? 'yes' : 'no',
  );
  let shown = await tab.events();
  const { prompts } = await backend.handset();
  const pushes = await backend.pushRequests();
  const again = failure && (await pressAgain(tab, backend));
  let afterwards = '–';
  if (prompts.length > 0) {
    await backend.approve();
    await backend.calledBack();
    // The first status request comes by itself where it is the one to meet the fault.
    if (where === 'status') await backend.polled();
    await tab.nudge();
    await tab.reaches('paid');
    afterwards = await tab.title();
    if (where === 'status') shown = await tab.events();
  }
  await customer.leave();
  return {
    fault: name,
    where,
    reads,
    text,
    events: shown
      .filter(({ type }) => type !== 'state-change' && type !== 'push-request')
      .map(({ type, detail }) => [`\`${type}\``, ...particulars(detail)].join(' '))
      .join(', '),
    promptPossible: failure ? String(failure['promptPossible']) : '–',
    states: shown
      .filter(({ type, detail }) => type === 'state-change' && detail['state'] !== 'requesting')
      .map(({ detail }) => String(detail['state']))
      .join(', then '),
    pushes,
    prompts: prompts.length,
    again: again ?? '–',
    byHand,
    afterwards,
  };
}

/** What an event says of why: the reason, and the HTTP status and Daraja's code of the answer, if there was one. */
function particulars({ reason, status, darajaError }: SeenEvent['detail']): string[] {
  const { errorCode } = (darajaError ?? {}) as { errorCode?: string };
  const answer = [status as number | undefined, errorCode].filter((part) => part !== undefined).join(', ');
  return [...(typeof reason === 'string' ? [reason] : []), ...(answer ? [`(${answer})`] : [])];
}

/** Presses the button once more, now that all is well, and answers whether that was a new attempt. */
async function pressAgain(tab: Tab, backend: Backend): Promise<'yes' | 'no'> {
  await backend.faults({ token: [], push: [], status: [] });
  await tab.page.setOfflineMode(false);
  const before = await tab.state();
  await tab.press();
  if ((await tab.state()) === before) {
    const { enabled, text } = await tab.button();
    assert.ok(!enabled && /\d:\d\d/.test(text), `The button says how long it holds back: ${text}`);
    return 'no';
  }
  await tab.reaches('prompted');
  return 'yes';
}

const PAY_BILL = { paybill: '174379' };

const AT_A_TIME = 6;

/** Plays every case, each with a customer and a backend of its own. */
export async function measureMatrix(world: World): Promise<readonly Row[]> {
  const todo = [...cases().entries()];
  const rows: Row[] = [];
  const work = async (): Promise<void> => {
    for (let next = todo.shift(); next; next = todo.shift()) {
      const [index, one] = next;
      // A browser resends a POST whose reused connection broke; here each request is to count once.
      const backend = await world.newBackend({ keepAlive: false });
      rows[index] = await play(world, backend, one);
      await backend.stop();
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return rows;
}

const INTRODUCTION = `# The fault matrix

What goes wrong, at which request, and what the customer, the page and the phone see of it. Printed from a real browser that pays at the
demo's backend, over HTTP and across origins (\`node --import tsx test/e2e/fault-matrix.ts --write\`); \`test/e2e/fault-matrix.test.ts\`
fails where it is not true any more.

- **Where**: at the push, or at the first status request after the customer has paid. What goes wrong at the token request has
  [two outcomes](#at-the-token-request), and is not in the table.
- **Reads**: the headline when the attempt is over.
- **Events**: with the reason, and the HTTP status and Daraja's code if there was such an answer.
- **State**: where the attempt ends; for status, where it goes until the outcome is there, with no other state between.
- **Pushes**: requests that came to the push endpoint. More than one is only ever the renewal of an expired token, which Daraja refused.
- **Prompts**: how often the phone rang.
- **Again**: whether a customer whose attempt failed may try again at once. If not, the button shows how long it holds back.
- **By hand**: whether the customer is offered to pay by Pay Bill, without a prompt: only if no prompt can be live.
- **Then pays**: what the customer reads after approving the prompt, where there is one: the outcome is sought whatever became of the push.

With connections that are kept alive, the browser itself resends a request whose reused connection broke before any answer: the rows of a
connection that is reset then differ. See \`test/e2e/resend.test.ts\` and docs/demo-backend.md.

What real backends answer (\`test/support/fixtures/wild\`) goes through the same page in \`test/e2e/wild.test.ts\`: each body as it was
seen, slow, cut short and repeated, at the token, the push, the status request and Daraja's callback.
`;

/** Of the token request: the faults by what comes of them, which differs by the answer's status alone. */
function renderToken(rows: readonly Row[]): string {
  const groups = new Map<string, string[]>();
  for (const row of rows) {
    const [, events = '', answer = ''] = /^(.*?)( \(\d+\))?$/.exec(row.events) ?? [];
    const outcome = [
      `**${row.reads}**: ${events}, state \`${row.states}\``,
      ...[`pushes: ${row.pushes}`, `prompts: ${row.prompts}`, `promptPossible: ${row.promptPossible}`],
      ...[
        `again: ${row.again}`,
        `by hand: ${row.byHand}`,
        `then pays: ${row.afterwards === '–' ? '–' : `“${row.afterwards}”`}`,
      ],
    ].join('; ');
    groups.set(outcome, [...(groups.get(outcome) ?? []), row.fault + answer]);
  }
  const lists = [...groups].map(([outcome, faults]) => `${outcome}. After: ${faults.join('; ')}.\n`);
  return `## At the token request

The first token request goes out ahead of the payment, and the widget asks again when the customer pays. So a fault that happens once
costs nothing, and one that stays leads to \`token-unavailable\`: nothing was sent. In brackets, the status of the answer.

${lists.join('\n')}`;
}

/** The document that these rows make. */
export async function renderMatrix(rows: readonly Row[]): Promise<string> {
  const head = [
    'Fault',
    'Where',
    'Reads',
    'Events',
    '`promptPossible`',
    'State',
    'Pushes',
    'Prompts',
    'Again',
    'By hand',
    'Then pays',
  ];
  const atToken = rows.filter(({ where }) => where === 'token');
  const others = rows.filter(({ where }) => where !== 'token');
  const cells = others.map((row) => [
    ...[row.fault, row.where, row.reads, row.events, row.promptPossible, row.states],
    ...[String(row.pushes), String(row.prompts), row.again, row.byHand, row.afterwards],
  ]);
  const lines = [head, head.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`);
  const table = `## At the push, and at the status request\n\n${lines.join('\n')}`;
  return format(`${INTRODUCTION}\n${renderToken(atToken)}\n${table}\n`, {
    ...(await resolveConfig(document_)),
    parser: 'markdown',
  });
}

const document_ = fileURLToPath(new URL('../../docs/fault-matrix.md', import.meta.url));

export function writtenMatrix(): string {
  return readFileSync(document_, 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const world = await World.open();
  const text = await renderMatrix(await measureMatrix(world));
  await world.close();
  if (process.argv.includes('--write')) writeFileSync(document_, text);
  else process.stdout.write(text);
}
