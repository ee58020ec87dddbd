/**
 * The programs that some tests need beside Node. As root on Debian, installs those that are missing:
 *
 *     node test/browsers/install-programs.mjs             all of them
 *     node test/browsers/install-programs.mjs firefox     these
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onPath } from './chromium.mjs';

const debian = '/usr/lib/postgresql';

/** Debian keeps a server's own programs off PATH, in a folder for each version. */
const hasPostgresServer = () => Boolean(onPath(['initdb'])) || (existsSync(debian) && readdirSync(debian).length > 0);

const hasPhpWithSqlite = () =>
  Boolean(onPath(['php'])) && /^pdo_sqlite$/m.test(String(spawnSync('php', ['-m']).stdout));

/** Debian's Django belongs to Debian's Python, which need not be the first on PATH. */
export const pythonWithDjango = () =>
  ['python3', '/usr/bin/python3'].find(
    (program) => spawnSync(program, ['-c', 'import django; assert django.VERSION >= (3, 2)']).status === 0,
  );

export const hasLaravel = () =>
  spawnSync('php', ['-r', "require getenv('LARAVEL_AUTOLOAD') ?: 'Illuminate/autoload.php';"]).status === 0;

const programs = {
  firefox: { isThere: () => onPath(['firefox-esr', 'firefox']), packages: ['firefox-esr'] },
  webkit: { isThere: () => onPath(['WebKitWebDriver']) && onPath(['Xvfb']), packages: ['webkit2gtk-driver', 'xvfb'] },
  postgresql: { isThere: hasPostgresServer, packages: ['postgresql'] },
  php: { isThere: hasPhpWithSqlite, packages: ['php-cli', 'php-sqlite3'] },
  nginx: { isThere: () => onPath(['nginx']) ?? existsSync('/usr/sbin/nginx'), packages: ['nginx'] },
  python: { isThere: () => onPath(['python3']), packages: ['python3'] },
  django: { isThere: () => Boolean(pythonWithDjango()), packages: ['python3-django'] },
  laravel: { isThere: hasLaravel, packages: ['php-laravel-framework'] },
};

/**
 * Installs what is missing, where it may, and answers what is missing still.
 *
 * @param {string[]} names
 */
export function install(names = Object.keys(programs)) {
  const missing = () => names.filter((name) => !programs[name].isThere());
  if (missing().length && process.getuid?.() === 0 && onPath(['apt-get'])) {
    const packages = missing().flatMap((name) => programs[name].packages);
    apt('update', '--quiet');
    apt('install', '--quiet', '--yes', '--no-install-recommends', ...packages);
  }
  for (const name of missing()) {
    console.error(`No ${name} to test with. On Debian: apt-get install ${programs[name].packages.join(' ')}`);
  }
  return missing();
}

const apt = (...args) =>
  spawnSync('apt-get', args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  process.exitCode = install(named.length ? named : undefined).length ? 1 : 0;
}
