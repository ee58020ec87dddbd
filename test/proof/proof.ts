import fc from 'fast-check';
import type { Ledger } from './ledger.js';
import { anyStep } from './steps.js';
import { World, type WorldOptions } from './world.js';

const MAX_STEPS = 30;

const anyWorld: fc.Arbitrary<WorldOptions> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('whole' as const) },
    fc.constantFrom('no-locks' as const, 'fragile' as const),
  ),
  // At most half of what a page waits before it believes its storage: there and, where something was repaired, back.
  storageDelayMs: fc.constantFrom(0, 10, 18),
  promptWindowMs: fc.constantFrom(120_000, 60_000, 20_000),
  timeoutMs: fc.constantFrom(30_000, 5_000),
  status: fc.constantFrom('same-origin' as const, 'elsewhere' as const, 'none' as const),
  habit: fc.oneof(
    { weight: 4, arbitrary: fc.constant('none' as const) },
    fc.constantFrom(
      'pays-again-on-failure' as const,
      'pays-again-on-request' as const,
      'resets-on-failure' as const,
      'removes-on-success' as const,
    ),
  ),
  seed: fc.nat(),
});

type Commands = Iterable<fc.AsyncCommand<Ledger, World>>;

function anyCommands(replayPath?: string): fc.Arbitrary<Commands> {
  const constraints = { maxCommands: MAX_STEPS, size: 'max', ...(replayPath && { replayPath }) } as const;
  return fc.commands<Ledger, World>([anyStep], constraints) as fc.Arbitrary<Commands>;
}

export interface ProofOptions {
  readonly runs: number;
  readonly seed: number;
  /** Where in that seed's sequences to begin: replays a failure, or a step of its shrinking. */
  readonly path?: string | undefined;
  readonly replayPath?: string | undefined;
  /** Told after each sequence. */
  readonly progress?: (sequences: number) => void;
}

export interface ProofResult {
  readonly sequences: number;
  /** How often a promise was looked at. */
  readonly checks: number;
  /** How often what happened in all of them. */
  readonly seen: ReadonlyMap<string, number>;
  /** The shortest sequence found that breaks a promise, with all that is needed to run it again. */
  readonly failure: string | undefined;
}

/** Runs random sequences against the checkout, and shrinks the first that breaks a promise. */
export async function prove({ runs, seed, path, replayPath, progress }: ProofOptions): Promise<ProofResult> {
  let checks = 0;
  let sequences = 0;
  const seen = new Map<string, number>();
  let broken: World | undefined;

  const property = fc.asyncProperty(anyWorld, anyCommands(replayPath), async (options, commands) => {
    const world = new World(options);
    try {
      await fc.asyncModelRun(() => ({ model: world.ledger, real: world }), commands);
      await world.end();
    } catch (error) {
      // Shrinking ends with the shortest that fails.
      broken = world;
      throw error;
    } finally {
      checks += world.ledger.checks;
      for (const [what, times] of world.ledger.seen) seen.set(what, (seen.get(what) ?? 0) + times);
      sequences++;
      progress?.(sequences);
    }
  });
  const details = await fc.check(property, { numRuns: runs, seed, ...(path && { path }), endOnFailure: false });
  return { sequences, checks, seen, failure: details.failed ? describe(details, broken) : undefined };
}

function describe(details: fc.RunDetails<[WorldOptions, Commands]>, world?: World): string {
  const [options, commands] = details.counterexample ?? [];
  const error = details.errorInstance;
  return [
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    `in the world ${JSON.stringify(options)}`,
    `after ${details.numRuns} sequences, shrunk ${details.numShrinks} times, to:`,
    ...[...(commands ?? [])].map(String),
    (commands as { toString(): string } | undefined)?.toString().match(/replayPath="[^"]*"/)?.[0] ?? '',
    `seed ${details.seed}, path ${details.counterexamplePath ?? ''}`,
    'What happened, in milliseconds:',
    ...(world?.ledger.story ?? []),
  ].join('\n');
}
