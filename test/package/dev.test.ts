import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { type Rolldown, build } from 'vite';
import { chromium } from '../browsers/chromium.mjs';
import { HINTS } from '../../src/dev/hints/index.js';
import { type PackedProject, installPacked, root } from './support/packed.js';
import { servePages, type Served } from './support/page-server.js';

const script = '<script src="/dev.js"></script>';
const sound = `order-id="1" amount="10" business="Duka" phone="0723123123" token-url="/token" status-url="/status"`;
const inPage = (...body: string[]) => ({ html: `<!doctype html><title>Shop</title><body>${body.join('')}` });

const secrets = ['254723123123', 'dbeiaDd3YnAA6QdTt29ASkDTLuDq'];
const token = { access_token: secrets[1], expires_in: '3599' };
const daraja = { CheckoutRequestID: 'ws_CO_1', MerchantRequestID: '1-2-3', ResponseCode: '0' };
const phpWarning = '<br />\n<b>Warning</b>:  Undefined variable $x in <b>/var/www/pay.php</b> on line <b>9</b><br />\n';
const json = JSON.stringify;

/** What a backend may answer, by the last part of the endpoint's path. */
const answers = {
  bearer: { answer: json({ ...token, access_token: `Bearer ${token.access_token}` }) },
  warning: { answer: phpWarning + json(token) },
  bare: { answer: json(daraja) },
  text: { answer: json({ payment_id: '7', daraja_response: json(daraja) }) },
  csrf: { answer: json({ message: 'CSRF token mismatch.' }), status: 419 },
  amount: { answer: json({ error: `Not what the order costs: ${secrets.join(' ')}` }), status: 400 },
  moved: { answer: '', status: 307, location: '/push' },
  odd: { answer: json({ ok: true, data: { code: 0, phone: secrets[0] } }) },
  pending: { answer: json({ status: 'pending' }) },
  denied: { answer: json({ error: `Not the order of ${secrets.join(' ')}` }), status: 403 },
  broken: { answer: 'Bad Gateway', status: 502 },
  nested: { answer: json({ data: token }) },
  lost: { answer: '<!doctype html><title>Not Found</title>', status: 404 },
};

/** Each with the attributes of an element and the line that a payment with it brings. */
const payments: [attributes: string, line: RegExp][] = [
  ['token-url="/answers/bearer" push-url="/push"', /^token-bearer: .+ Cause: .+ Fix: /],
  ['token-url="/answers/warning" push-url="/push"', /^text-around-json \(token\): .+ Likely cause: PHP /],
  ['push-url="/answers/bare"', /^daraja-answer \(keys: CheckoutRequestID, MerchantRequestID, ResponseCode\): /],
  ['push-url="/answers/text"', /^daraja-response-text: .+ JSON\.parse/],
  ['push-url="/answers/csrf"', /^push-csrf \(HTTP 419\): .+ The backend says: "CSRF token mismatch\."\. Cause: /],
  [
    'push-url="/answers/amount"',
    /^push-body \(HTTP 400\): .+ The backend says: "Not what the order costs: … \[token\]"\. /,
  ],
  ['push-url="/answers/moved"', /^push-redirect: .+ locked for prompt-window/],
  ['push-url="/push?_wpnonce=1"', /^changing-push-url \(_wpnonce\): /],
  ['push-url="/push" status-url="/answers/odd"', /^status-shape \(keys: ok, data\.code, data\.phone\): /],
  ['push-url="/push" status-url="/answers/pending"', /^status-wait: /],
  [
    'token-url="/answers/nested" push-url="/push"',
    /^token-shape \(HTTP 200, keys: data\.access_token, data\.expires_in\): /,
  ],
  [
    'push-url="/push" status-url="/answers/denied"',
    /^status-session \(HTTP 403\): .+ says: "Not the order of … \[token\]"\. /,
  ],
  ['push-url="/push" status-url="/answers/broken"', /^status-backend \(HTTP 502\): /],
  ['push-url="/push" status-url="/answers/lost"', /^status-path \(HTTP 404\): /],
];

const pages: Record<string, Served> = {
  ...Object.fromEntries(Object.entries(answers).map(([name, answer]) => [`/answers/${name}`, answer])),
  ...Object.fromEntries(
    payments.map(([attributes], index) => [
      `/payments/${index}`,
      // The first of two attributes with one name counts.
      inPage(script, `<vitumob-pay ${attributes} ${sound}></vitumob-pay>`),
    ]),
  ),
  '/typographic': inPage(
    script,
    `<vitumob-pay ${sound.replace('order-id="1"', 'order-id=”42”')} push-url="/push" name=“my field”></vitumob-pay>`,
  ),
  '/badly-set-up': inPage(
    `<vitumob-pay ${sound} push-url="/push" id="sound"></vitumob-pay>`,
    `<vitumob-pay orderid="1" amount="12,341" timeout="30"></vitumob-pay>`,
    script,
  ),
  '/no-such-push': inPage(script, `<vitumob-pay ${sound} push-url="/none"></vitumob-pay>`),
  '/without-status-url': inPage(
    script,
    `<vitumob-pay ${sound.replace(/status-url\S+/, '')} push-url="/push"></vitumob-pay>`,
  ),
  '/blocked': {
    ...inPage(script, `<vitumob-pay ${sound} push-url="/push"></vitumob-pay>`),
    policy: "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'; trusted-types lit-html",
  },
  '/modules': inPage(
    '<div id="host"></div><vitumob-pay amount="10"></vitumob-pay>',
    '<script type="module" src="/modules.js"></script>',
  ),
};

// A hint that does not come is waited for in vain.
describe('The build for developers', { timeout: 60_000 }, () => {
  let browser: Browser;
  let project: PackedProject;
  let server: Awaited<ReturnType<typeof servePages>>;

  before(async () => {
    project = await installPacked(['lit', 'zod', '@lit/react']);
    // The hints after the element, as an app's main module tends to have them.
    writeFileSync(join(project.folder, 'main.js'), `import 'vitumob-pay'; import 'vitumob-pay/dev';`);
    const [bundle] = (await build({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, minify: false, lib: { entry: 'main.js', formats: ['es'] } },
    })) as Rolldown.RolldownOutput[];
    server = await servePages({
      ...pages,
      '/dev.js': { javascript: readFileSync(join(root, 'dist/vitumob-pay.dev.js'), 'utf8') },
      '/modules.js': { javascript: bundle!.output[0].code },
    });
    const { executablePath, args, env } = await chromium();
    browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
  });

  after(async () => {
    await browser.close();
    server.close();
    await project.remove();
  });

  /** Opens a page and gathers its hints. `heard` waits for the one of that name. */
  async function open(path: string) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    const hints: string[] = [];
    const others: string[] = [];
    const waiting = new Map<string, () => void>();
    page.on('console', (message) => {
      const [, name] = /^<vitumob-pay> hint ([\w-]+)/.exec(message.text()) ?? [];
      if (!name) {
        if (!message.location().url?.endsWith('/favicon.ico')) others.push(message.text());
        return;
      }
      hints.push(message.text());
      waiting.get(name)?.();
    });
    await page.goto(server.origin + path);
    return {
      page,
      hints,
      others,
      names: () => hints.map((hint) => / hint ([\w-]+)/.exec(hint)?.[1]),
      heard: async (name: string) => {
        if (!hints.some((hint) => hint.startsWith(`<vitumob-pay> hint ${name}`))) {
          await new Promise<void>((resolve) => waiting.set(name, resolve));
        }
      },
      close: () => context.close(),
    };
  }

  const pay = (page: Page) =>
    page.evaluate(async () => {
      const element = document.querySelector('vitumob-pay')!;
      await element.pay();
      element.reset();
    });

  it('says on load what a press of the button would say, and what is set up oddly, once each', async () => {
    const { hints, names, heard, page, close } = await open('/badly-set-up');
    await page.evaluate(() => {
      const another = document.querySelector('[orderid]')!.cloneNode() as HTMLElement;
      another.setAttribute('timeout', '30000');
      another.setAttribute('prompt-window', '30000');
      document.body.append(another);
    });
    await heard('short-window');
    assert.deepEqual(names().sort(), [
      'amount-format',
      'attribute-name',
      'configuration',
      'milliseconds',
      'no-business',
      'short-window',
    ]);
    assert.match(
      hints.find((hint) => hint.includes('hint configuration'))!,
      /order-id: "" is not the name of an order/,
    );
    await close();
  });

  it('names the setting behind a failure, once a page', async () => {
    const { hints, heard, page, close } = await open('/no-such-push');
    await pay(page);
    await pay(page);
    await heard('push-path');
    assert.equal(hints.length, 1);
    assert.match(hints[0]!, /hint push-path \(HTTP 404\)/);
    await close();
  });

  it('says of a prompt that this page will not learn its outcome, and brings no other line to the console', async () => {
    const { names, others, heard, page, close } = await open('/without-status-url');
    await pay(page);
    await heard('no-status-url');
    assert.deepEqual(names(), ['no-status-url']);
    assert.deepEqual(others, []);
    await close();
  });

  it('names typographic quotes around a value or in a name', async () => {
    const { hints, heard, close } = await open('/typographic');
    await heard('curly-quotes');
    assert.deepEqual(hints.length, 1);
    assert.match(hints[0]!, /hint curly-quotes \(order-id, name, field”\): /);
    await close();
  });

  for (const [index, [attributes, line]] of payments.entries()) {
    it(`names what is wrong with ${attributes}, once, without a value of the answer`, async () => {
      const { hints, heard, page, close } = await open(`/payments/${index}`);
      await page.evaluate(async () => {
        // Polls at once instead of in two seconds, and once more as soon as the answer is there.
        new PerformanceObserver((list, observer) => {
          if (!list.getEntries().some(({ name }) => name.includes('/status') || name.includes('order_id='))) return;
          observer.disconnect();
          dispatchEvent(new Event('online'));
        }).observe({ type: 'resource' });
        await document.querySelector('vitumob-pay')!.pay();
        dispatchEvent(new Event('online'));
      });
      const [, name = ''] = /^\^([\w-]+)/.exec(line.source) ?? [];
      await heard(name);
      const lines = hints.map((hint) => hint.replace('<vitumob-pay> hint ', ''));
      assert.equal(lines.length, 1, lines.join('\n'));
      assert.match(lines[0]!, line);
      for (const secret of [...secrets, 'pending']) assert.ok(!lines[0]!.includes(secret), lines[0]);
      await close();
    });
  }

  it('names the content security policy if it blocks a request', async () => {
    const { names, heard, page, close } = await open('/blocked');
    await pay(page);
    await heard('csp');
    await heard('token-network');
    assert.deepEqual(names().sort(), ['csp', 'token-network']);
    await close();
  });

  it('works from npm beside the element, also for one that was in the page before and one in a shadow root', async () => {
    const { hints, heard, page, close } = await open('/modules');
    await heard('configuration');
    await page.evaluate(async () => {
      const element = Object.assign(document.createElement('vitumob-pay'), {
        ...{ orderId: '1', amount: '10', phone: '0723123123', business: 'Duka' },
        ...{ tokenUrl: '/none', pushUrl: '/push' },
      });
      document.querySelector('#host')!.attachShadow({ mode: 'open' }).append(element);
      await element.pay();
    });
    await heard('token-path');
    assert.ok(!hints.join().includes('0723123123') && !hints.join().includes('254723123123'));
    await close();
  });

  it('leaves nothing of the hints in what customers load', () => {
    const modules = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js') && !/^(?:(?:edge\/)?dev\/|vitumob-pay\.dev\.js$)/.test(path))
      .map((path): [string, string] => [path, readFileSync(join(root, 'dist', path), 'utf8')]);
    assert.ok(modules.some(([path]) => path === 'vitumob-pay.min.js'));
    for (const [path, code] of modules) {
      for (const { name, meaning } of HINTS) assert.ok(!code.includes(meaning.slice(0, 60)), `${path} holds ${name}`);
      assert.doesNotMatch(code, /from '.*\/dev\//, path);
    }
    const readable = readFileSync(join(root, 'dist/vitumob-pay.dev.js'), 'utf8');
    for (const { name } of HINTS) assert.ok(readable.includes(`name: "${name}"`), `${name} is not in it`);
  });
});
