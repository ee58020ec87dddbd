import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, relative, sep } from 'node:path';
import { SIMULATED_ACCOUNT } from '../../simulator/daraja/daraja.js';
import { serveFiles } from './files.js';
import { run, type Server, startServer } from './process.js';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  /** The folder to serve; `dist` by default. */
  readonly serve?: string;
}

/** What all apps show, and one of them is edited while it runs. */
const HEADING = '<h1>Your order</h1>';
export const EDITED = 'Your order, edited';

/** Where the guides have a backend on the developer's machine. */
const BACKEND = 'http://localhost:8080';
const PROXIES = ['vite.config.js', 'vite.config.ts', 'proxy.conf.json'];
/** The file in which an app mounts `vitumob-pay-server`. */
const MOUNT = 'payments.ts';

/** A merchant's app, in a folder of its own. */
export class App {
  readonly folder: string;
  readonly versions: string;
  readonly #manifest: Manifest;
  /** What the app's own payments need to know. */
  #settings: (origin: string) => NodeJS.ProcessEnv = () => ({});

  private constructor(folder: string, manifest: Manifest, versions: string) {
    this.folder = folder;
    this.#manifest = manifest;
    this.versions = versions;
  }

  static mountsServer(folder: string): boolean {
    return existsSync(join(folder, MOUNT));
  }

  /** Installs the app's dependencies from the registry, and our packages from their tarballs. */
  static async install(folder: string, tarballs: readonly string[]): Promise<App> {
    const manifest = await readManifest(folder);
    await run('npm', ['install', ...quietly, ...tarballs], folder);
    // Types come and go with what they describe, and of a framework's many packages one tells the version.
    const named = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
      (name, index, names) =>
        !name.startsWith('@types/') &&
        (!name.startsWith('@') || names.findIndex((other) => other.split('/')[0] === name.split('/')[0]) === index),
    );
    const versions = named.map(async (name) => {
      const { version } = await readManifest(join(folder, 'node_modules', name));
      return `${name} ${version}`;
    });
    return new App(folder, manifest, (await Promise.all(versions)).join(', '));
  }

  has(script: string): boolean {
    return this.#manifest.scripts?.[script] !== undefined;
  }

  /** Runs a script of the app. A warning is an error. */
  async run(script: string): Promise<void> {
    const { all } = await run('npm', ['run', '--silent', script], this.folder);
    if (/(?<!\b0 )\bwarn(?:ing)?s?\b|⚠|\(!\)/i.test(all)) throw new Error(`npm run ${script} warns:\n${all}`);
  }

  /** Lets the app's own origin lead to this backend, in the way that the app has for it. */
  async leadTo(backend: string): Promise<'a proxy' | 'a mount' | undefined> {
    if (App.mountsServer(this.folder)) {
      this.#settings = (origin) => ({
        PUBLIC_URL: origin,
        SECRET: 'a secret of 32 characters or more for this test',
        DARAJA_BASE_URL: `${backend}/daraja`,
        DARAJA_CONSUMER_KEY: SIMULATED_ACCOUNT.consumerKey,
        DARAJA_CONSUMER_SECRET: SIMULATED_ACCOUNT.consumerSecret,
        DARAJA_SHORTCODE: SIMULATED_ACCOUNT.shortcode,
        DARAJA_PASSKEY: SIMULATED_ACCOUNT.passkey,
      });
      return 'a mount';
    }
    const file = PROXIES.map((name) => join(this.folder, name)).find((path) => existsSync(path));
    const text = file ? await readFile(file, 'utf8') : '';
    if (!file || !text.includes(BACKEND)) return undefined;
    await writeFile(file, text.replace(BACKEND, backend));
    return 'a proxy';
  }

  /** Serves what was built: by the app's own server if it has one, or else as files. */
  async serve(): Promise<Server> {
    return this.has('start') ? this.#start('start') : serveFiles(join(this.folder, this.#manifest.serve ?? 'dist'));
  }

  /** Serves a development build. */
  develop(): Promise<Server> {
    return this.#start('dev');
  }

  async #start(script: string): Promise<Server> {
    const port = String(await freePort());
    const origin = `http://localhost:${port}`;
    const words = ['run', script, '--', '--port', port];
    return startServer('npm', words, this.folder, `${origin}/`, this.#settings(origin));
  }

  /** Changes the page's heading in the app's source, as its developer does while it runs. */
  async edit(): Promise<void> {
    const sources = (await filesIn(this.folder)).filter((path) => /\.(?:[jt]sx?|vue|svelte|html)$/.test(path));
    for (const path of sources) {
      const text = await readFile(path, 'utf8');
      if (!text.includes(HEADING)) continue;
      // In one step, as editors do: a server that watches would see half a file.
      const edited = `${this.folder}.edited`;
      await writeFile(edited, text.replace(HEADING, HEADING.replace('Your order', EDITED)));
      await rename(edited, path);
      return;
    }
    throw new Error(`No source of the app has ${HEADING} in it.`);
  }
}

const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

async function readManifest(folder: string): Promise<Manifest & { readonly version: string }> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest & { version: string };
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/^(?:node_modules|dist|\.)/.test(relative(folder, path).split(sep)[0] ?? ''));
}

/** Taken again by the server a moment later: nothing else here asks for ports meanwhile. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
