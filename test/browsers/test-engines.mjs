/** The browser tests in Chromium, Firefox and WebKit; as root on Debian it installs what is missing. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onPath } from './chromium.mjs';

const engines = {
  firefox: { programs: [['firefox-esr', 'firefox']], packages: ['firefox-esr'] },
  webkit: { programs: [['WebKitWebDriver'], ['Xvfb']], packages: ['webkit2gtk-driver', 'xvfb'] },
};

const missing = () =>
  Object.entries(engines)
    .filter(([, { programs }]) => !programs.every(onPath))
    .map(([name]) => name);

const run = (program, ...args) =>
  spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status;

if (missing().length && process.getuid?.() === 0 && onPath(['apt-get'])) {
  const packages = missing().flatMap((name) => engines[name].packages);
  run('apt-get', 'update', '--quiet');
  run('apt-get', 'install', '--quiet', '--yes', '--no-install-recommends', ...packages);
}

for (const name of missing()) {
  const { programs, packages } = engines[name];
  const needed = programs.map((names) => names.join(' or ')).join(' and ');
  console.error(`No ${name} to test in: put ${needed} on PATH (on Debian: apt-get install ${packages.join(' ')}).`);
}
if (missing().length) process.exit(1);

const wtr = fileURLToPath(new URL('../../node_modules/.bin/wtr', import.meta.url));
const ENGINES = ['chromium', ...Object.keys(engines)].join();
const { status } = spawnSync(wtr, process.argv.slice(2), { stdio: 'inherit', env: { ...process.env, ENGINES } });
process.exit(status ?? 1);
