/** The alarms of docs/go-live.md, held to what the server counts. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { prometheus } from '../../server/src/prometheus.js';
import { root } from './support/packed.js';

interface Alarms {
  readonly groups: readonly { rules: readonly { alert: string; expr: string }[] }[];
}

const page = readFileSync(join(root, 'docs/go-live.md'), 'utf8');
const [, yaml = ''] = /```yaml alarms\.yml\n([^]*?)```/.exec(page) ?? [];
const rules = (parse(yaml) as Alarms).groups.flatMap((group) => group.rules);

/** Each count that an expression reads, as `/metrics` names it. */
const countsIn = (expression: string) =>
  [...expression.matchAll(/(vitumob_pay_\w+)\{what=~?"([\w|]+)"\}/g)].flatMap(([, name = '', whats = '']) =>
    whats.split('|').map((what) => `${name}{what="${what}"}`),
  );

describe('The alarms of docs/go-live.md', () => {
  it('read counts that are there from the start, at 0, or Prometheus would miss the first', async () => {
    const lines = (await prometheus().text()).split('\n');
    const counts = rules.flatMap(({ expr }) => countsIn(expr));
    assert.ok(counts.length > 6);
    assert.deepEqual(
      counts.filter((count) => !lines.includes(`${count} 0`)),
      [],
    );
  });

  it('cover what a person has to look into, and what the shop will not hear of', () => {
    const counts = rules.filter(({ alert }) => alert !== 'NothingIsPaid').flatMap(({ expr }) => countsIn(expr));
    for (const what of ['review', 'released', 'paid_again', 'c2b_review'])
      assert.ok(counts.includes(`vitumob_pay_transitions_total{what="${what}"}`), what);
    for (const what of ['failed', 'given_up'])
      assert.ok(counts.includes(`vitumob_pay_events_total{what="${what}"}`), what);
  });

  it('stand in the table above them, with what to do', () => {
    const [, table = ''] = /### Alarms\n([^]*?)```yaml/.exec(page) ?? [];
    for (const what of ['review', 'released', 'c2b_review', 'paid_again', 'failed', 'given_up'])
      assert.match(table, new RegExp(`^\\| \`\\w+\`, \`${what}\` +\\|[^|]+\\|[^|]+\\|$`, 'm'), what);
  });
});
