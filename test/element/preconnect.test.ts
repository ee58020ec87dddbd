import { expect } from '@open-wc/testing';
import { Harness, withSimulation } from '../support/harness.js';

const links = (origin: string) =>
  document.head.querySelectorAll<HTMLLinkElement>(`link[rel=preconnect][href="${origin}"]`);

describe('A connection before it is needed', () => {
  withSimulation();
  let count = 0;
  /** An origin that no test before has had connected to. */
  const newOrigin = () => `https://pay${++count}.test`;

  it('is asked for once for both endpoints of an origin, when the element appears', async () => {
    const origin = newOrigin();
    await Harness.create({ 'token-url': `${origin}/token`, 'push-url': `${origin}/push` });
    await Harness.create({ 'token-url': `${origin}/token`, 'push-url': `${origin}/push` });
    expect(links(origin)).to.have.length(1);
    expect(links(origin)[0]?.crossOrigin).to.equal('anonymous');
  });

  it('is one with credentials, where those are sent', async () => {
    const origin = newOrigin();
    await Harness.create({ 'token-url': `${origin}/token`, 'push-url': `${origin}/push`, credentials: 'include' });
    expect(links(origin)[0]?.crossOrigin).to.equal('use-credentials');
  });

  it('is not asked for from the page’s own origin, which is connected to already', async () => {
    await Harness.create({ 'token-url': '/token', 'push-url': '/push' });
    expect(links(location.origin)).to.have.length(0);
  });

  it('is not asked for from an endpoint that is not safe', async () => {
    const origin = newOrigin().replace('https', 'http');
    await Harness.create({ 'token-url': `${origin}/token`, 'push-url': `${origin}/push` });
    expect(links(origin)).to.have.length(0);
  });
});
