/**
 * The public surface of a packed package, as text: entries and what they export with its types, the element's manifest, and
 * what a browser keeps. With two packages, what differs between them:
 *
 *     npm run surface -- vitumob-pay-0.1.0.tgz vitumob-pay-0.2.0.tgz
 */
/* global document, localStorage, sessionStorage */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import ts from 'typescript';
import { chromium } from '../test/browsers/chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const tarballs = process.argv.slice(2).map((path) => resolve(path));
if (!tarballs.length || tarballs.length > 2) throw new Error('Name one tarball, or two to compare.');

const folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-surface-'));
try {
  const [first, second] = await Promise.all(
    tarballs.map((tarball, index) => surfaceOf(tarball, join(folder, `${index}`))),
  );
  if (!second) console.log(first.join('\n'));
  else {
    const gone = first.filter((line) => !second.includes(line)).map((line) => `- ${line}`);
    const added = second.filter((line) => !first.includes(line)).map((line) => `+ ${line}`);
    console.log([...gone, ...added].join('\n') || `The same, in ${first.length} lines.`);
    if (gone.length || added.length) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function surfaceOf(tarball, project) {
  const installed = join(project, 'node_modules/vitumob-pay');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const name of [
    'lit',
    'lit-html',
    'lit-element',
    '@lit/reactive-element',
    'zod',
    '@lit/react',
    'react',
    '@types/react',
  ]) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  return [
    ...packageOf(manifest),
    ...exportsOf(project, manifest),
    ...typesOf(project, manifest),
    ...elementOf(JSON.parse(readFileSync(join(installed, manifest.customElements), 'utf8'))),
    ...(await storedBy(readFileSync(join(installed, manifest.unpkg), 'utf8'))),
  ];
}

function entriesOf({ exports }) {
  return Object.keys(exports).map((path) => `vitumob-pay${path.slice(1)}`);
}

function packageOf({ exports, engines, dependencies, peerDependencies }) {
  return [
    ...Object.entries(exports).map(([path, target]) =>
      ['entry', path, ...(typeof target === 'string' ? [] : Object.keys(target))].join(' '),
    ),
    `needs ${JSON.stringify({ engines, dependencies, peerDependencies })}`,
  ];
}

/** What each module exports in Node. */
function exportsOf(cwd, manifest) {
  return entriesOf(manifest)
    .filter((name) => !name.endsWith('.json'))
    .flatMap((name) => {
      const code = `console.log(JSON.stringify(Object.keys(await import('${name}')).sort()))`;
      const names = JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '--eval', code], { cwd, encoding: 'utf8' }),
      );
      return names.map((exported) => `${name} exports ${exported}`);
    });
}

/** What TypeScript sees of each entry: every exported name, and the members of its type that are the package's own. */
function typesOf(project, manifest) {
  const entries = entriesOf(manifest).filter((name) => !/\.json$|\/types\/(?!react)/.test(name));
  const main = join(project, 'main.ts');
  writeFileSync(main, entries.map((name, index) => `export * as entry${index} from '${name}';`).join('\n'));
  const program = ts.createProgram([main], {
    ...{
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    },
    ...{ strict: true, noEmit: true, types: [], skipLibCheck: true, exactOptionalPropertyTypes: true },
  });
  const checker = program.getTypeChecker();
  const format = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  // A type is named by its file if it is not exported: the file is nobody's business.
  const text = (type) => checker.typeToString(type, undefined, format).replace(/import\("[^"]*"\)\./g, '');
  const isOwn = (symbol) =>
    symbol.declarations?.some((it) => /node_modules\/vitumob-pay\//.test(it.getSourceFile().fileName)) ?? false;
  const isPublic = (symbol) =>
    symbol.declarations?.every((it) => {
      const flags = ts.getCombinedModifierFlags(it);
      return !(flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) && !it.name?.getText().startsWith('#');
    }) ?? true;
  const membersOf = (type) =>
    checker
      .getPropertiesOfType(type)
      .filter((member) => isOwn(member) && isPublic(member))
      .map((member) => {
        const optional = member.flags & ts.SymbolFlags.Optional ? '?' : '';
        return `${member.name}${optional}: ${text(checker.getTypeOfSymbol(member))}`;
      })
      .sort();

  const source = program.getSourceFile(main);
  return entries.flatMap((name, index) => {
    const entry = checker
      .getExportsOfModule(checker.getSymbolAtLocation(source))
      .find((it) => it.name === `entry${index}`);
    const module = entry.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(entry) : entry;
    return checker
      .getExportsOfModule(module)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((exported) => {
        const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        const isType = symbol.flags & ts.SymbolFlags.Type;
        const declared = isType ? checker.getDeclaredTypeOfSymbol(symbol) : checker.getTypeOfSymbol(symbol);
        const line = `${name} has ${exported.name}: ${text(declared)}`;
        return [line, ...membersOf(declared).map((member) => `${name} has ${exported.name}.${member}`)];
      });
  });
}

/** Attributes, members, events, slots, parts, custom properties and states. */
function elementOf({ modules }) {
  const element = modules.flatMap(({ declarations = [] }) => declarations).find((it) => it.customElement);
  const {
    attributes = [],
    members = [],
    events = [],
    slots = [],
    cssParts = [],
    cssProperties = [],
    cssStates = [],
  } = element;
  const line = (kind) => (it) =>
    [kind, it.name, it.type?.text, it.default === undefined ? undefined : `= ${it.default}`].filter(Boolean).join(' ');
  return Object.entries({ attributes, members, events, slots, cssParts, cssProperties, cssStates })
    .flatMap(([kind, list]) => list.map(line(`element ${kind}`)))
    .sort();
}

/** What the script-tag file leaves in the browser's storage, once it has pushed and once it is paid. */
async function storedBy(script) {
  const { executablePath, args, env } = await chromium();
  const browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
  try {
    const page = await browser.newPage();
    let isPaid = false;
    const answers = {
      '/token': () => ({ access_token: 'a-token', expires_in: '3599' }),
      '/push': () => ({
        payment_id: 'p1',
        daraja_response: { MerchantRequestID: 'm1', CheckoutRequestID: 'ws_CO_1', ResponseCode: '0' },
      }),
      '/status': () => (isPaid ? { result_code: '0', mpesa_receipt_number: 'NLJ7RT61SV' } : {}),
    };
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const answer = answers[new URL(request.url()).pathname];
      const html = `<!doctype html><title>Shop</title><vitumob-pay order-id="o1" amount="10" phone="0723123123"
        token-url="/token" push-url="/push" status-url="/status"></vitumob-pay>`;
      if (answer) void request.respond({ contentType: 'application/json', body: JSON.stringify(answer()) });
      else void request.respond({ contentType: 'text/html', body: html });
    });
    await page.goto('http://localhost/');
    await page.addScriptTag({ content: script });
    const stored = async (state) => {
      await page.waitForFunction(
        (name) => document.querySelector('vitumob-pay').state === name,
        { timeout: 60_000 },
        state,
      );
      const items = await page.evaluate(() => ({ local: { ...localStorage }, session: { ...sessionStorage } }));
      return Object.entries(items).flatMap(([area, entries]) =>
        Object.entries(entries).flatMap(([key, value]) => [
          `stored ${state}: ${area} ${key}`,
          ...shapeOf(parsed(value)).map((field) => `stored ${state}: ${area} ${field}`),
        ]),
      );
    };
    await page.evaluate(() => void document.querySelector('vitumob-pay').pay());
    const prompted = await stored('prompted');
    isPaid = true;
    return [...prompted, ...(await stored('paid'))];
  } finally {
    await browser.close();
  }
}

/** Version 0.1.0 stores JSON, later ones one field a line. */
function parsed(text) {
  return text.startsWith('{') ? JSON.parse(text) : text.split('\n');
}

/** Each value by its path: times and ids by their kind, words as they are. */
function shapeOf(value, path = '') {
  if (value instanceof Object)
    return Object.entries(value)
      .flatMap(([key, inner]) => shapeOf(inner, `${path}.${key}`))
      .sort();
  return [
    `${path} ${typeof value === 'string' && /^(?!\d{9,}$)[a-z*\d]{1,15}$/i.test(value) ? `'${value}'` : typeof value}`,
  ];
}
