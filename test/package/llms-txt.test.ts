import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { llmsTxt } from '../../scripts/generate/llms-txt.mjs';
import type { VitumobPayEventMap } from '../../src/element/events.js';
import type { PushFailureReason } from '../../src/model/failure.js';
import type { PaymentFailureReason } from '../../src/model/outcome.js';
import type { StateName } from '../../src/model/state.js';
import { root } from './support/packed.js';

const read = (name: string) => readFileSync(join(root, name), 'utf8');

/** The compiler checks that the list is complete. */
const names: Record<PushFailureReason | PaymentFailureReason | StateName | keyof VitumobPayEventMap, true> = {
  ...{ configuration: true, offline: true, 'token-unavailable': true, 'token-missing': true, 'token-expired': true },
  ...{ rejected: true, 'server-error': true, 'bad-response': true, network: true, timeout: true },
  ...{ cancelled: true, 'insufficient-funds': true, 'wrong-pin': true, unreachable: true, expired: true, busy: true },
  ...{ limit: true, declined: true },
  ...{ idle: true, requesting: true, prompted: true, paid: true, failed: true, unconfirmed: true },
  ...{ 'push-request': true, 'push-success': true, 'push-failure': true, 'payment-success': true },
  ...{ 'payment-failure': true, 'payment-unconfirmed': true, 'state-change': true },
};

describe('llms.txt', () => {
  const text = read('dist/llms.txt');

  it('names every event, state and reason', () => {
    const missing = Object.keys(names).filter((name) => !text.includes(`\`${name}\``));
    assert.deepEqual(missing, []);
  });

  it('names every entry point', () => {
    const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, unknown> };
    const entries = Object.keys(exports).filter((path) => path !== './package.json');
    const missing = entries.filter((path) => !text.includes(`\`vitumob-pay${path.slice(1)}\``));
    assert.deepEqual(missing, []);
  });

  it('is refused if something that it takes over is gone', () => {
    const template = read('scripts/generate/llms.md');
    const manifest = JSON.parse(read('dist/custom-elements.json')) as { modules: object[] };
    const [readme, reference] = [read('README.md'), read('docs/reference.md')];
    assert.equal(llmsTxt(template, manifest, readme, reference), text);
    assert.throws(() => llmsTxt(template, manifest, readme, '# Reference'), /no table "\| import"/);
    assert.throws(() => llmsTxt(template, manifest, '# README', reference), /lists no pages/);
    const [, pageList = ''] = /(\n- \[docs\/.*)/.exec(readme) ?? [];
    assert.throws(() => llmsTxt(template, manifest, pageList, reference), /no list of do's and don'ts/);
    assert.throws(() => llmsTxt('{{colours}}', manifest, readme, reference), /asks for colours/);
  });
});
