/** What the simulation needs to know of time. Tests pass a fake one; everything is in milliseconds. */
export interface SimulationClock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
}

/** The machine's own clock. Node's timer handles are objects; they are only ever handed back, so the type may say number. */
export const realClock: SimulationClock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms) as unknown as number,
  clearTimeout: (id) => {
    globalThis.clearTimeout(id);
  },
};
