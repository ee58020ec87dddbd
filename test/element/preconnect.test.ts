import { expect } from '@open-wc/testing';
import { Harness, newOrder, withConsole, withSimulation } from '../support/harness.js';

const links = (origin: string) =>
  document.head.querySelectorAll<HTMLLinkElement>(`link[rel=preconnect][href="${origin}"]`);

/** Timers of no delay fire in the order in which they were set. */
const aTaskLater = () =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

describe('A connection before it is needed', () => {
  withSimulation();
  const heard = withConsole();
  let count = 0;
  /** An origin that no test before has had connected to. */
  const newOrigin = () => `https://pay${++count}.test`;

  it('is asked for once for both endpoints of an origin, when the element appears', async () => {
    const origin = newOrigin();
    await Harness.create({ 'token-url': `${origin}/token`, 'push-url': `${origin}/push` });
    await Harness.create({ 'token-url': `${origin}/token`, 'push-url': `${origin}/push` });
    await aTaskLater();
    expect(links(origin)).to.have.length(1);
    expect(links(origin)[0]?.crossOrigin).to.equal('anonymous');
  });

  it('is one with credentials, where those are sent', async () => {
    const origin = newOrigin();
    await Harness.create({ 'token-url': `${origin}/token`, 'push-url': `${origin}/push`, credentials: 'include' });
    await aTaskLater();
    expect(links(origin)[0]?.crossOrigin).to.equal('use-credentials');
  });

  it('is not asked for from the page’s own origin, which is connected to already', async () => {
    await Harness.create({ 'token-url': '/token', 'push-url': '/push' });
    await aTaskLater();
    expect(links(location.origin)).to.have.length(0);
  });

  it('is not asked for from an endpoint that is not safe', async () => {
    const origin = newOrigin().replace('https', 'http');
    await Harness.create({ 'token-url': `${origin}/token`, 'push-url': `${origin}/push` });
    await aTaskLater();
    expect(links(origin)).to.have.length(0);
  });

  it('is not asked for from production by a page that sets its endpoints as properties, after the tag', async () => {
    const origin = newOrigin();
    const element = document.createElement('vitumob-pay');
    Object.assign(element, { orderId: newOrder(), amount: '1' });
    document.body.append(element);
    await element.updateComplete;
    Object.assign(element, { tokenUrl: `${origin}/token`, pushUrl: `${origin}/push` });
    await aTaskLater();
    expect(links(origin)).to.have.length(1);
    expect(links('https://vitumob-prod.appspot.com')).to.have.length(0);
    expect(heard.warnings).to.deep.equal([]);
    element.remove();
  });

  it('to production on a page of this machine is one of which the console warns, once', async () => {
    for (let elements = 0; elements < 2; elements++) {
      const element = document.createElement('vitumob-pay');
      Object.assign(element, { orderId: newOrder(), amount: '1' });
      document.body.append(element);
      await aTaskLater();
      element.remove();
    }
    expect(heard.warnings).to.have.length(1);
    expect(heard.warnings[0]).to.match(/token-url and push-url are not set/);
  });
});
