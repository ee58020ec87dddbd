import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than any tool here takes on a busy machine. */
const PATIENCE_MS = 300_000;
const POLL_MS = 100;

/** What tools would do otherwise in a terminal, in continuous integration, or behind our back. */
const env: NodeJS.ProcessEnv = {
  ...process.env,
  NO_COLOR: '1',
  FORCE_COLOR: '0',
  NEXT_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
};
// Next warns there of a cache that it does not find.
delete env['CI'];

export interface Output {
  readonly stdout: string;
  /** Both outputs, as they came. */
  readonly all: string;
}

export interface Server {
  readonly origin: string;
  close(): Promise<void>;
}

/** A process group of its own, so that what npm starts can be stopped with it. */
function start(program: string, args: readonly string[], cwd: string, more: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, {
    cwd,
    env: { ...env, ...more },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', all: '' };
  child.stdout.on('data', (data: Buffer) => {
    output.stdout += String(data);
    output.all += String(data);
  });
  child.stderr.on('data', (data: Buffer) => {
    output.all += String(data);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { child, output, ended };
}

function stop({ pid, exitCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
}

/** Runs a program to its end and answers what it printed. Rejects where it fails. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<Output> {
  const { child, output, ended } = start(program, args, cwd);
  const patience = setTimeout(() => {
    stop(child);
  }, PATIENCE_MS);
  const code = await ended;
  clearTimeout(patience);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${output.all}`);
  return output;
}

/** Starts a server and waits until it answers at `url`. */
export async function startServer(
  program: string,
  args: readonly string[],
  cwd: string,
  url: string,
  more?: NodeJS.ProcessEnv,
): Promise<Server> {
  const { child, output, ended } = start(program, args, cwd, more);
  const server = {
    origin: new URL(url).origin,
    async close() {
      stop(child);
      await ended;
    },
  };
  const gaveUp = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return server;
    if (child.exitCode === null && Date.now() < gaveUp) await sleep(POLL_MS);
    else {
      await server.close();
      throw new Error(`${program} ${args.join(' ')} did not serve ${url}:\n${output.all}`);
    }
  }
}
