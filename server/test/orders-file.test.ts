/** What an order costs, in the file that the command is given (`ORDERS_FILE`). */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ordersInFile, problemOfOrdersFile } from '../src/orders.js';

describe('the file of orders', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vitumob-pay-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const written = (content: string | Uint8Array): string => {
    const path = join(folder, 'orders.json');
    writeFileSync(path, content);
    return path;
  };

  it('may begin with a byte order mark', async () => {
    const path = written('\uFEFF{"1":"100"}');
    assert.equal(await problemOfOrdersFile(path), undefined);
    const { find, findByReference } = ordersInFile(path);
    assert.deepEqual(await find('1'), { amount: '100' });
    assert.deepEqual(await findByReference?.('1'), { orderId: '1', amount: '100' });
  });

  for (const [what, content, says] of [
    ['is a list', '["100"]', /JSON in UTF-8/],
    ['has a number', '{"1":100}', /JSON in UTF-8/],
    ['is in UTF-16', Buffer.from('\uFEFF{"1":"100"}', 'utf16le'), /JSON in UTF-8/],
    ['costs nothing', '{"1":"0"}', /gives order 1 no amount/],
  ] as const) {
    it(`says what is wrong where it ${what}`, async () => {
      assert.match((await problemOfOrdersFile(written(content))) ?? '', says);
    });
  }

  it('says what is wrong where it is not there', async () => {
    assert.match((await problemOfOrdersFile(join(folder, 'nothing.json'))) ?? '', /can be read, .*ENOENT/);
    assert.match((await problemOfOrdersFile(folder)) ?? '', /can be read, .*EISDIR/);
  });
});
