import type { Browser } from 'puppeteer-core';
import type { Peer } from '../peers.js';
import type { BenchServer } from '../server.js';
import type { Figure } from '../statistics.js';

export interface Bench {
  readonly browser: Browser;
  readonly server: BenchServer;
  readonly peers: readonly Peer[];
  /** How often each is measured, beside the others. */
  readonly rounds: number;
}

/** Measures, prints what it measured, and gives the ratios. */
export type Section = (bench: Bench) => Promise<Figure[]>;
