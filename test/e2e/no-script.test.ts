import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { World } from './support.js';

const STEPS = '<p>Lipa na M-Pesa: Pay Bill 174379, account VM-1, Ksh 12,341.</p>';

/** The shop's page, with what it says to customers whose browser runs no script. */
function shopPage(world: World): string {
  const tag = world.tag({ 'order-id': 'VM-1' }).replace('></vitumob-pay>', `>${STEPS}</vitumob-pay>`);
  assert.ok(tag.includes(STEPS));
  return world.page(tag);
}

describe('What stands in the tag', () => {
  let world: World;

  before(async () => {
    world = await World.open();
  });
  afterEach(() => world.reset());
  after(() => world.close());

  it('is the page without script', async () => {
    const { page } = await (await world.customer()).blank();
    await page.setJavaScriptEnabled(false);
    await page.goto(shopPage(world));
    const { nodes } = await (await page.createCDPSession()).send('Accessibility.getFullAXTree');
    const said = nodes.filter(({ role }) => role?.value === 'StaticText').map(({ name }) => String(name?.value));
    assert.ok(said.some((text) => text.includes('Pay Bill 174379, account VM-1, Ksh 12,341.')));
    assert.ok(!said.some((text) => text.includes('Pay with')));
    const box = await (await page.$('vitumob-pay > p'))?.boundingBox();
    assert.ok(box && box.height > 0 && box.width > 0);
  });

  it('is hidden once the element is defined, from screen readers too', async () => {
    const tab = await (await world.customer()).open(shopPage(world));
    await tab.drawn();
    assert.equal(await (await tab.page.$('vitumob-pay > p'))?.boundingBox(), null);
    const tree = JSON.stringify(await tab.page.accessibility.snapshot({ interestingOnly: false }));
    assert.ok(tree.includes('Pay Ksh'));
    assert.ok(!tree.includes('174379'));
  });
});
