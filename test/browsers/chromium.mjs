import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const root = fileURLToPath(new URL('../..', import.meta.url));

// --no-sandbox: tests also run as root, where Chromium's sandbox refuses to start.
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const isProgram = (/** @type {string} */ path) =>
  existsSync(path) && statSync(path).isFile() && statSync(path).size > 0;

/**
 * The first of these programs that is on PATH.
 *
 * @param {string[]} names
 */
export const onPath = (names) =>
  names
    .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
    .find(isProgram);

/** Whether the Chromium that `npm ci` brings along is one for this machine. */
const runsPackaged = process.platform === 'linux' && process.arch === 'x64';

/**
 * A Chromium to launch: `CHROME_PATH`, one that is installed, or the one that `npm ci` brought along.
 *
 * `isShell`: it is a headless shell, which never hides a page, freezes none, and has no back/forward cache.
 *
 * @returns {Promise<{
 *   executablePath: string,
 *   args: string[],
 *   env?: Record<string, string | undefined>,
 *   source: string,
 *   isShell: boolean,
 * }>}
 */
export async function chromium() {
  if (process.env.CHROME_PATH) return found(process.env.CHROME_PATH, 'CHROME_PATH');
  const installed =
    onPath(['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser']) ?? usualPlaces.find(isProgram);
  if (installed) return found(installed, installed);
  if (!runsPackaged) throw new Error('No Chrome or Chromium found: install one, or set CHROME_PATH to its executable.');
  return packaged();
}

const found = (/** @type {string} */ executablePath, /** @type {string} */ source) => ({
  executablePath,
  args,
  source,
  isShell: /headless.shell/.test(executablePath),
});

/** The Chromium that `npm ci` brings along, of the same version on every machine. */
export async function packaged() {
  if (!runsPackaged) throw new Error('The Chromium that npm brings along is one for Linux on x64.');
  const folder = join(root, 'node_modules/@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const cache = resolve(root, `node_modules/.cache/chromium-${version}`);
  if (!existsSync(cache)) await unpack(folder, cache);

  const env = { ...process.env };
  if (existsSync(join(cache, 'lib'))) {
    Object.assign(env, { LD_LIBRARY_PATH: join(cache, 'lib'), FONTCONFIG_PATH: join(cache, 'fonts') });
  }
  const executablePath = join(cache, 'chromium');
  return { executablePath, args, env, source: `@sparticuz/chromium ${version}`, isShell: true };
}

/** Makes the cache in one step: test files that run side by side may all find it missing. */
async function unpack(/** @type {string} */ folder, /** @type {string} */ cache) {
  mkdirSync(dirname(cache), { recursive: true });
  const building = mkdtempSync(`${cache}-`);
  try {
    // The package unpacks to the temporary folder and takes whatever Chromium is there already, of any version.
    const oldTmpdir = process.env.TMPDIR;
    process.env.TMPDIR = building;
    const executablePath = await (await import('@sparticuz/chromium')).default.executablePath();
    if (oldTmpdir === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = oldTmpdir;
    try {
      execFileSync(executablePath, ['--no-sandbox', '--version'], { stdio: 'ignore' });
    } catch {
      // The machine lacks NSS or its like: the package has these libraries, but unpacks them on AWS alone.
      execFileSync('tar', ['-x', '-C', building], {
        input: brotliDecompressSync(readFileSync(join(folder, 'bin/al2023.tar.br'))),
      });
    }
    try {
      renameSync(building, cache);
    } catch (error) {
      // Another was faster.
      if (!existsSync(cache)) throw error;
    }
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}
