/**
 * What Lighthouse says of the built demo, in the Chromium of this repository:
 *
 *     npm run lighthouse             mobile, five runs
 *     npm run lighthouse -- desktop 9
 *
 * Lighthouse is none of the project's packages: `npm exec` gets it, or LIGHTHOUSE is the path of its cli/index.js. Its figure for
 * performance depends on how busy the machine is, so the load is printed beside the medians.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { chromium } from '../test/browsers/chromium.mjs';

const VERSION = '12.8.2';
const [form = 'mobile', runs = '5'] = process.argv.slice(2);
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };

const folder = await mkdtemp(join(tmpdir(), 'lighthouse-'));
const site = process.env.SITE ?? join(folder, 'site');
if (!process.env.SITE)
  await build({
    configFile: fileURLToPath(new URL('../build/vite.demo.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir: site },
  });

// Compressed and cached, as static hosts do it.
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://host');
  const file = pathname.replace(/\/$/, '/index.html');
  readFile(join(site, file)).then(
    (content) => {
      const type = TYPES[/** @type {keyof typeof TYPES} */ (extname(file))] ?? 'application/octet-stream';
      response.writeHead(200, {
        'content-type': type,
        'content-encoding': 'gzip',
        'cache-control': 'max-age=31536000',
      });
      response.end(gzipSync(content));
    },
    () => response.writeHead(404).end(),
  );
});
await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
const address = server.address();
const url = `http://localhost:${typeof address === 'object' ? address?.port : ''}/`;

const { executablePath, args, env = process.env, source } = await chromium();
// Lighthouse starts a browser by its path alone, and this one may need libraries of its own.
const browser = join(folder, 'browser');
const set = ['LD_LIBRARY_PATH', 'FONTCONFIG_PATH'].flatMap((name) => (env[name] ? [`${name}='${env[name]}'`] : []));
await writeFile(browser, `#!/bin/sh\n${set.join(' ')} exec '${executablePath}' "$@"\n`);
await chmod(browser, 0o755);

const command = process.env.LIGHTHOUSE
  ? [process.execPath, process.env.LIGHTHOUSE]
  : ['npm', 'exec', '--yes', `lighthouse@${VERSION}`, '--'];

async function measure(/** @type {number} */ run) {
  const report = join(folder, `${run}.json`);
  const options = [
    url,
    '--quiet',
    '--output=json',
    `--output-path=${report}`,
    '--only-categories=performance,accessibility,best-practices',
    `--chrome-flags=--headless=new ${args.join(' ')}`,
    ...(form === 'desktop' ? ['--preset=desktop'] : []),
  ];
  const [program = '', ...first] = command;
  const child = spawn(program, [...first, ...options], { env: { ...env, CHROME_PATH: browser }, stdio: 'inherit' });
  const code = await new Promise((ended) => child.on('close', ended));
  if (code !== 0) throw new Error(`Lighthouse ended with ${code}`);
  const { categories, audits } = JSON.parse(await readFile(report, 'utf8'));
  if (process.env.REPORT) await writeFile(process.env.REPORT, JSON.stringify({ categories, audits }));
  const ms = (/** @type {string} */ name) => Math.round(audits[name].numericValue);
  return {
    ...Object.fromEntries(Object.entries(categories).map(([name, { score }]) => [name, Math.round(score * 100)])),
    FCP: ms('first-contentful-paint'),
    LCP: ms('largest-contentful-paint'),
    TBT: ms('total-blocking-time'),
    SI: ms('speed-index'),
    CLS: Number(audits['cumulative-layout-shift'].numericValue.toFixed(3)),
    load: Number(loadavg()[0]?.toFixed(1)),
  };
}

try {
  const rows = [];
  for (let run = 1; run <= Number(runs); run += 1) rows.push(await measure(run));
  const median = (/** @type {number[]} */ values) => values.sort((one, other) => one - other)[values.length >> 1];
  const names = /** @type {(keyof typeof rows[number])[]} */ (Object.keys(rows[0] ?? {}));
  console.log(`${form}, ${source}`);
  console.table(rows);
  console.log('median', Object.fromEntries(names.map((name) => [name, median(rows.map((row) => row[name]))])));
} finally {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
}
