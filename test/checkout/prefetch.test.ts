import { expect } from '@open-wc/testing';
import { Bench, type Page } from '../support/checkout-bench.js';

describe('Ahead of a payment', () => {
  let bench: Bench;
  let page: Page;

  beforeEach(() => {
    bench = new Bench();
    page = bench.page({ needsPermission: true, credentials: 'include' });
  });

  const sent = () => bench.payments.sent.map(({ endpoint }) => endpoint);

  async function prefetch(): Promise<void> {
    page.checkout.prefetch(page.settings);
    await bench.pass(0);
  }

  it('the token is asked for, and with it the permission to push, once', async () => {
    await prefetch();
    await prefetch();
    expect(sent()).to.deep.equal(['token', 'permission']);
  });

  it('the permission is asked for with the push’s own headers and credentials, by a request that cannot push', async () => {
    await prefetch();
    await bench.pay(page);
    const [permission] = bench.payments.to('permission');
    const [push] = bench.payments.to('push');
    const { method, headers, credentials, body } = permission!.init;
    expect([method, body]).to.deep.equal(['HEAD', undefined]);
    expect(credentials).to.equal('include');
    expect([...new Headers(headers)]).to.deep.equal([...new Headers(push!.init.headers)]);
    expect(permission!.url.href).to.equal(push!.url.href);
    expect(permission!.init.redirect, 'the token goes nowhere else').to.equal('manual');
    // Chromium keeps no permission for requests that are not to be stored.
    expect([permission!.init.cache, push!.init.cache]).to.deep.equal(['default', 'default']);
  });

  it('a token that has expired since is replaced, and so is one of another endpoint', async () => {
    await prefetch();
    await bench.pass(3_595_000);
    await bench.pay(page);
    expect(bench.payments.to('token')).to.have.lengthOf(2);
    const other = bench.pageOf('another');
    other.checkout.prefetch({ ...other.settings, tokenUrl: 'https://elsewhere.test/token' });
    await bench.pay(other);
    expect(bench.payments.to('token').map(({ url }) => url.host)).to.deep.equal([
      'pay.test',
      'pay.test',
      'elsewhere.test',
      'pay.test',
    ]);
  });

  it('the permission is asked for of each endpoint, and for each kind of credentials', async () => {
    await prefetch();
    for (const change of [{ pushUrl: 'https://elsewhere.test/push' }, { credentials: 'omit' as const }]) {
      page.checkout.prefetch({ ...page.settings, ...change });
      await bench.pass(0);
    }
    expect(bench.payments.to('permission')).to.have.lengthOf(3);
  });

  it('the permission is asked for again at a sign of intent five seconds later, and not before', async () => {
    await bench.pass(10_000);
    await prefetch();
    await bench.pass(4_999);
    await prefetch();
    expect(bench.payments.to('permission')).to.have.lengthOf(1);
    await bench.pass(1);
    await prefetch();
    expect(bench.payments.to('permission')).to.have.lengthOf(2);
    expect(bench.payments.to('token'), 'one for each attempt').to.have.lengthOf(1);
  });

  it('no permission is asked for where none is needed, or without a token', async () => {
    bench.page().checkout.prefetch(bench.page().settings);
    bench.payments.plan('token', { fault: 'server-500' }, { fault: 'server-500' });
    await prefetch();
    expect(bench.payments.to('permission')).to.be.empty;
  });

  it('nothing is asked for while the page is hidden, and at once when it is seen', async () => {
    page.tab.page.hide();
    await prefetch();
    expect(sent()).to.deep.equal([]);
    page.tab.page.show();
    await bench.pass(0);
    expect(sent()).to.deep.equal(['token', 'permission']);
    page.tab.page.hide();
    page.tab.page.show();
    await bench.pass(10_000);
    expect(sent(), 'only what was asked for').to.deep.equal(['token', 'permission']);
  });

  it('nothing is asked for while the push would be held back, or once it is paid', async () => {
    await bench.pay(page);
    const before = bench.payments.to('token').length;
    await prefetch();
    expect(bench.payments.to('token')).to.have.lengthOf(before);
    bench.payments.prompts[0]!.resultCode = 0;
    await bench.pass(3_000);
    expect(page.state).to.equal('paid');
    await prefetch();
    expect([bench.payments.to('token').length, bench.payments.to('permission').length]).to.deep.equal([before, 0]);
  });

  it('a permission that is never answered holds nothing up', async () => {
    bench.payments.plan('permission', { fault: 'no-answer' });
    await prefetch();
    await bench.pay(page);
    expect(page.state).to.equal('prompted');
    expect(bench.payments.to('token')).to.have.lengthOf(1);
  });
});
