/**
 * Installs the packed package in an app of each framework, has the framework's own tools check and build it, and pays in a
 * real browser:
 *
 *     npm run test:integration              all apps
 *     npm run test:integration -- vue next  some
 *
 * An app is a folder here with a `package.json`; ./README.md says what it has to offer.
 */
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { type DemoServer, startDemoServer } from '../../demo/server/demo-server.js';
import { chromium } from '../browsers/chromium.mjs';
import { App } from './app.js';
import { tarball } from '../support/tarball.js';
import { Customer } from './customer.js';
import { addDemoSnippets } from './demo-snippets.js';
import { run as runProgram } from './process.js';
import { isPrerendered, pays, paysAtItsOwnOrigin, reportsTheOutcome, survivesChanges } from './promises.js';
import { columns, type Column, table, type Row } from './table.js';

const here = fileURLToPath(new URL('.', import.meta.url));

const all = readdirSync(here).filter((name) => existsSync(join(here, name, 'package.json')));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`No such app: ${unknown.join(', ')}. There are ${all.join(', ')}.`);

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'vitumob-pay-apps-'));
const { executablePath, args, env } = await chromium();
const browser = await puppeteer.launch({ executablePath, args, ...(env && { env }) });
const rows: Row[] = [];
try {
  const { path } = await tarball();
  for (const name of wanted.length > 0 ? wanted : all) rows.push(await run(name, path));
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

const cells = rows.flatMap(({ cells }) => [...cells.values()]);
const passed = cells.filter((cell) => cell === 'passed').length;
const failed = cells.filter((cell) => cell === 'failed').length;
console.log(`\n${table(rows)}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

async function serverTarball(): Promise<string> {
  const words = ['pack', '--silent', '--pack-destination', folder];
  const { stdout } = await runProgram('npm', words, join(root, 'server'));
  return join(folder, stdout.trim());
}

async function run(name: string, tarball: string): Promise<Row> {
  const row: Row = { name, versions: '', cells: new Map() };
  const began = Date.now();

  /** Does the work of one cell of the table. What depends on a cell that failed has failed too. */
  async function prove(column: Column, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      if (!row.cells.has(column)) row.cells.set(column, 'passed');
    } catch (error) {
      row.cells.set(column, 'failed');
      console.error(
        `\n✗ ${name}: ${column}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
    }
    return row.cells.get(column) === 'passed';
  }

  await cp(join(here, name), join(folder, name), {
    recursive: true,
    filter: (path) => !/[\\/](?:node_modules|dist|\.next|\.angular)$/.test(path),
  });
  await addDemoSnippets(name, join(folder, name));
  let installed: App | undefined;
  await prove('builds', async () => {
    const tarballs = App.mountsServer(join(folder, name)) ? [tarball, await serverTarball()] : [tarball];
    installed = await App.install(join(folder, name), tarballs);
  });
  const app = installed;
  if (!app) return row;
  const own = await startDemoServer({ darajaSettings: { callback_delay_ms: 20 } });
  const leadsBy = await app.leadTo(own.origin);
  row.versions = app.versions;
  console.log(`${name}: ${app.versions}`);

  const can = { check: app.has('check'), build: app.has('build'), render: app.has('start'), develop: app.has('dev') };
  if (can.check) await prove('types', () => app.run('check'));
  if (!can.build || (await prove('builds', () => app.run('build')))) {
    await prove('pays', async () => {
      const server = await app.serve();
      try {
        const visit = (work: (customer: Customer) => Promise<void>, own?: DemoServer) =>
          Customer.visit(browser, name, server.origin, work, own);
        if (can.render) await prove('SSR', () => visit(isPrerendered));
        await prove('pays', () => visit(pays));
        await prove('events', () => visit(reportsTheOutcome));
        await prove('re-render', () => visit((customer) => survivesChanges(customer)));
        if (leadsBy === 'a mount') await prove('own origin', () => visit(paysAtItsOwnOrigin, own));
      } finally {
        await server.close();
      }
    });
  } else for (const column of ['pays', 'events', 're-render'] as const) row.cells.set(column, 'failed');

  // What development builds alone do: libraries warn, StrictMode mounts everything twice, hydration is compared, and sources
  // change.
  if (can.develop) {
    await prove('re-render', async () => {
      const server = await app.develop();
      try {
        const visit = (work: (customer: Customer) => Promise<void>, own?: DemoServer) =>
          Customer.visit(browser, name, server.origin, work, own);
        await prove('pays', () => visit(pays));
        if (leadsBy) await prove('own origin', () => visit(paysAtItsOwnOrigin, own));
        await visit((customer) => survivesChanges(customer, () => app.edit()));
      } finally {
        await server.close();
      }
    });
  }

  await own.close();
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`${columns.map((column) => `${column}: ${row.cells.get(column) ?? '–'}`).join(', ')} (${seconds} s)`);
  return row;
}
