/**
 * Counts of a mounted server for Prometheus, under the names of the command's `/metrics`.
 *
 * @module vitumob-pay-server/prometheus
 */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Metrics } from './options.js';

const COUNTERS = {
  requests: 'Requests of pages, by method',
  pushes: 'Pushes, by what became of them',
  queries: 'STK queries, by their answer',
  callbacks: 'Callbacks, by what they were',
  transitions: 'Attempts that moved, by their new state',
  events: 'Events for the shop, by what became of telling them',
};
/** What alarms are set on. They begin at 0: of a count that begins at 1, Prometheus sees no increase. */
const ALARMS: Partial<Record<keyof typeof COUNTERS, readonly string[]>> = {
  transitions: ['prompted', 'paid', 'paid_again', 'review', 'released', 'unclear', 'c2b_review'],
  events: ['failed', 'given_up'],
  callbacks: ['taken'],
};
const GAUGES = { held: 'Status requests that are being held', in_flight: 'Pushes that are in hand' };

/** Counts for Prometheus: `metrics` is an option of `createPayments`, `text()` what `/metrics` answers, as `contentType`. */
export function prometheus(): {
  readonly metrics: Metrics;
  readonly text: () => Promise<string>;
  readonly contentType: string;
} {
  const registry = new Registry();
  const counter = (name: keyof typeof COUNTERS) => {
    const made = new Counter({
      name: `vitumob_pay_${name}_total`,
      help: COUNTERS[name],
      labelNames: ['what'],
      registers: [registry],
    });
    for (const what of ALARMS[name] ?? []) made.inc({ what }, 0);
    return made;
  };
  const gauge = (name: keyof typeof GAUGES) =>
    new Gauge({ name: `vitumob_pay_${name}`, help: GAUGES[name], registers: [registry] });
  const counters = {
    requests: counter('requests'),
    pushes: counter('pushes'),
    queries: counter('queries'),
    callbacks: counter('callbacks'),
    transitions: counter('transitions'),
    events: counter('events'),
  };
  const gauges = { held: gauge('held'), in_flight: gauge('in_flight') };
  return {
    metrics: {
      count: (name, label) => {
        counters[name].inc({ what: label });
      },
      gauge: (name, value) => {
        gauges[name].set(value);
      },
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
