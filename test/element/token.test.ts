import { expect, fixture, html, nextFrame } from '@open-wc/testing';
import { TURN_AHEAD_MS } from '../../src/checkout/turn.js';
import { CARELESS, Harness, PHONE, quiet, withConsole, withSimulation } from '../support/harness.js';

describe('The token is asked for before it is needed', () => {
  const network = withSimulation(() => CARELESS);
  const heard = withConsole();

  const visibility: { state: DocumentVisibilityState } = { state: 'visible' };
  beforeEach(() => {
    visibility.state = 'visible';
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibility.state });
  });
  afterEach(() => {
    Reflect.deleteProperty(document, 'visibilityState');
  });

  /** Long enough for the browser to have seen what is on the screen. */
  const frames = async () => {
    await nextFrame();
    await nextFrame();
    await quiet();
  };

  const outOfSight = async () => {
    const home = await fixture<HTMLElement>(html`<div></div>`);
    home.style.paddingBlockStart = '5000px';
    const widget = await Harness.create({}, home);
    await frames();
    return widget;
  };

  const signs: [title: string, sign: (widget: Harness) => void][] = [
    [
      'the field is focused',
      (widget) => {
        widget.field.dispatchEvent(new FocusEvent('focus'));
      },
    ],
    [
      'something is typed',
      (widget) => {
        widget.field.value = '0';
        widget.field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
      },
    ],
    [
      'the pointer comes to the button',
      (widget) => {
        widget.button.dispatchEvent(new PointerEvent('pointerenter'));
      },
    ],
  ];
  for (const [title, sign] of signs) {
    it(`when ${title}, at the latest`, async () => {
      const widget = await outOfSight();
      expect(network.requests).to.have.length(0);
      const asked = network.next('token');
      sign(widget);
      expect((await asked).method).to.equal('GET');
      expect(network.to('push')).to.be.empty;
      expect(widget.heard).to.be.empty;
    });
  }

  it('when the element is on the screen, whatever is in its field', async () => {
    const asked = network.next('token');
    await Harness.create();
    await asked;
    expect(network.requests).to.have.length(1);
  });

  it('when it comes onto the screen, and not before', async () => {
    const widget = await outOfSight();
    expect(network.requests).to.have.length(0);
    const asked = network.next('token');
    widget.element.scrollIntoView({ block: 'end' });
    await asked;
    window.scrollTo(0, 0);
  });

  it('when its page is looked at, and not before', async () => {
    visibility.state = 'hidden';
    await Harness.create();
    await frames();
    expect(network.requests).to.have.length(0);
    const asked = network.next('token');
    visibility.state = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    await asked;
  });

  it('when the page mends what kept it from being asked for', async () => {
    const widget = await Harness.create({ disabled: '' });
    await frames();
    expect(network.requests).to.have.length(0);
    const asked = network.next('token');
    widget.element.disabled = false;
    await asked;
  });

  it('when the fieldset around it is enabled', async () => {
    const fieldset = await fixture<HTMLFieldSetElement>(html`<fieldset disabled></fieldset>`);
    await Harness.create({}, fieldset);
    await frames();
    expect(network.requests).to.have.length(0);
    const asked = network.next('token');
    fieldset.disabled = false;
    await asked;
  });

  it('for each of several elements, which one observer watches', async () => {
    const Observer = window.IntersectionObserver;
    let made = 0;
    window.IntersectionObserver = class extends Observer {
      constructor(...parameters: ConstructorParameters<typeof Observer>) {
        super(...parameters);
        made++;
      }
    };
    try {
      // Side by side: one below the other, the second would be off the screen, where nothing is asked for.
      const row = await fixture<HTMLElement>(html`<div style="display: grid; grid-template-columns: 1fr 1fr"></div>`);
      await Promise.all([Harness.create({}, row), Harness.create({}, row)]);
      while (network.to('token').length < 2) await network.next('token');
      expect(made).to.be.at.most(1);
    } finally {
      window.IntersectionObserver = Observer;
    }
  });

  it('once for an attempt, whatever the signs', async () => {
    const widget = await Harness.create({ phone: '0723123123' });
    for (const [, sign] of signs) sign(widget);
    for (const [, sign] of signs) sign(widget);
    await widget.pay();
    expect(network.to('token')).to.have.length(1);
  });

  it('and keys that follow each other prepare a payment once, until a quarter of a second has passed', async () => {
    const now = performance.now.bind(performance);
    const setTimeout = window.setTimeout.bind(window);
    let time = now();
    let turns = 0;
    performance.now = () => time;
    Object.assign(window, {
      setTimeout: (callback: () => void, ms?: number) => {
        if (ms === TURN_AHEAD_MS) turns += 1;
        return setTimeout(callback, ms);
      },
    });
    try {
      const widget = await Harness.create();
      widget.type('0');
      await widget.element.updateComplete;
      turns = 0;
      for (const ms of [250, 0, 120, 129, 1, 249, 1]) {
        time += ms;
        widget.type(`${widget.field.value}7`);
      }
      expect(turns).to.equal(3);
    } finally {
      performance.now = now;
      Object.assign(window, { setTimeout });
    }
  });

  it('so that the push leaves at once at the press', async () => {
    const widget = await Harness.create();
    const asked = network.next('token');
    widget.type('0723123123');
    await asked;
    await quiet();
    network.current.faults.set({ token: ['no-answer', 'no-answer'] });
    const over = widget.once('push-success');
    widget.press();
    await network.next('push');
    await over;
    expect(network.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'push']);
  });

  it('and the push waits for one that is still on its way', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ token: [{ fault: 'slow', ms: 60 }] });
    await widget.pay();
    expect(network.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'push']);
  });

  it('silently where that fails, and again at the press', async () => {
    const widget = await outOfSight();
    for (const fault of ['server-500', 'reset', 'not-a-token', 'html-404'] as const) {
      network.requests.length = 0;
      network.current.faults.set({ token: [fault], push: ['html-404'] });
      const asked = network.next('token');
      widget.button.dispatchEvent(new PointerEvent('pointerenter'));
      await asked;
      await quiet();
      expect(widget.all('push-failure').map(({ detail }) => detail.reason)).not.to.include('token-unavailable');
      await widget.pay();
      expect(network.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'token', 'push']);
    }
    expect(heard.all).to.be.empty;
  });
});

describe('A token', () => {
  const network = withSimulation(() => CARELESS);

  it('serves one attempt: the next one asks anew', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    await widget.pay();
    const endpoints = network.requests.map(({ endpoint }) => endpoint);
    expect(endpoints).to.deep.equal(['token', 'push', 'token', 'push']);
  });

  it('is not used up by an attempt that the page stopped', async () => {
    const widget = await Harness.create();
    widget.element.addEventListener(
      'push-request',
      (event) => {
        event.preventDefault();
      },
      { once: true },
    );
    widget.type('0723123123');
    await widget.element.pay();
    await widget.pay();
    expect(network.to('token')).to.have.length(1);
    expect(network.to('push')).to.have.length(1);
  });

  it('that is stored and has life left is used', async () => {
    await network.current.pageFetch('https://pay.test/payments/mpesa/token');
    const widget = await Harness.create();
    await widget.pay();
    expect(network.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'push']);
  });

  it('with less than 10 s left is renewed before the push, and the new one is used as it is', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ token: ['expires-soon', 'expires-soon'] });
    const asked = network.next('token');
    widget.type('0723123123');
    await asked;
    await quiet();
    await widget.pay();
    expect(network.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'token', 'push']);
    expect(widget.types).to.deep.equal(['push-request', 'push-success']);
  });

  for (const [form, body] of [
    [
      'whose expiring_time is past',
      { expires_in: 3599, expiring_time: 1544450311, updated_at: '2018-12-10T12:58:32.197229Z' },
    ],
    ['whose updated_at is long ago', { expires_in: 3599, updated_at: '2018-12-10T12:58:32.197229Z' }],
    ['that lives 5 s from now', { expires_in: '5' }],
  ] as const) {
    it(`${form} is renewed once`, async () => {
      const widget = await Harness.create();
      network.answer = ({ endpoint }) =>
        endpoint === 'token'
          ? new Response(
              JSON.stringify({ access_token: `dbeiaDd3YnAA6QdTt29ASkDTLuD${network.to('token').length}`, ...body }),
            )
          : undefined;
      const asked = network.next('token');
      widget.type('0723123123');
      await asked;
      await quiet();
      network.current.faults.set({ push: ['html-404'] });
      await widget.pay();
      expect(network.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'token', 'push']);
      expect(network.tokens).to.deep.equal(['dbeiaDd3YnAA6QdTt29ASkDTLuD2']);
    });
  }

  it('of the fresh form counts its life from its arrival', async () => {
    const widget = await Harness.create();
    network.answer = ({ endpoint }) =>
      endpoint === 'token'
        ? new Response('{"access_token":"dbeiaDd3YnAA6QdTt29ASkDTLuDq","expires_in":"60"}')
        : undefined;
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    expect(network.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'push']);
    expect(network.tokens).to.deep.equal(['dbeiaDd3YnAA6QdTt29ASkDTLuDq']);
  });
});

describe('An expired token', () => {
  const network = withSimulation(() => CARELESS);

  it('is renewed, and the push repeated once', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['expired'] });
    await widget.pay();
    expect(widget.heard.map(({ type }) => type)).to.deep.equal([
      ...['push-request', 'state-change', 'token-expired', 'state-change', 'push-success'],
    ]);
    const { detail, state } = widget.only('token-expired');
    expect(state).to.equal('requesting');
    expect(Object.keys(detail).sort()).to.deep.equal(['amount', 'darajaError', 'orderId', 'phone', 'willRetry']);
    expect(detail).to.include({ phone: PHONE, amount: '12341', willRetry: true });
    expect(detail.darajaError).to.deep.equal({
      errorCode: '404.001.03',
      errorMessage: 'Invalid Access Token',
      requestId: '11209-2554107-1',
    });
    expect(network.requests.map(({ endpoint }) => endpoint)).to.deep.equal(['token', 'push', 'token', 'push']);
    expect(network.current.daraja.prompts).to.have.length(1);
    expect(widget.states).to.deep.equal(['requesting', 'prompted']);
  });

  it('is renewed where the server itself refuses it', async () => {
    const widget = await Harness.create();
    const asked = network.next('token');
    widget.type('0723123123');
    await asked;
    await quiet();
    network.current.backend.expireTokens();
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'token-expired', 'push-success']);
    const [first, second] = network.tokens;
    expect(network.tokens).to.have.length(2);
    expect(first).not.to.equal(second);
    expect(network.current.daraja.prompts).to.have.length(1);
  });

  for (const errorCode of ['400.003.01', '401.002.01', '401.003.01']) {
    it(`may also be called ${errorCode}, whatever the status`, async () => {
      const widget = await Harness.create();
      const refusals = [400, 500].map(
        (status) =>
          new Response(JSON.stringify({ daraja_error: { errorCode, errorMessage: 'Invalid', requestId: '1' } }), {
            status,
          }),
      );
      network.answer = ({ endpoint }) => (endpoint === 'push' ? refusals.shift() : undefined);
      await widget.pay();
      expect(widget.all('token-expired').map(({ detail }) => detail.willRetry)).to.deep.equal([true, false]);
      expect(widget.only('push-failure').detail.reason).to.equal('token-expired');
      expect(network.to('push')).to.have.length(2);
    });
  }

  it('twice ends the attempt', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['expired', 'expired'] });
    await widget.pay();
    expect(widget.heard.map(({ type }) => type)).to.deep.equal([
      ...['push-request', 'state-change', 'token-expired', 'token-expired', 'state-change', 'push-failure'],
    ]);
    expect(widget.all('token-expired').map(({ detail }) => detail.willRetry)).to.deep.equal([true, false]);
    expect(widget.only('push-failure').detail).to.include({ reason: 'token-expired', promptPossible: false });
    expect(widget.element.state).to.equal('failed');
    await quiet();
    expect(network.to('push')).to.have.length(2);
    expect(network.to('token')).to.have.length(2);
  });

  it('is not renewed where the page prevents it', async () => {
    const widget = await Harness.create();
    widget.element.addEventListener('token-expired', (event) => {
      event.preventDefault();
    });
    network.current.faults.set({ push: ['expired'] });
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'token-expired', 'push-failure']);
    expect(widget.only('push-failure').detail).to.include({
      reason: 'token-expired',
      promptPossible: false,
      status: 404,
    });
    await quiet();
    expect(network.to('push')).to.have.length(1);
    expect(network.to('token')).to.have.length(1);
  });

  it('can be prevented from renewal the first time only', async () => {
    const widget = await Harness.create();
    const cancelable: boolean[] = [];
    widget.element.addEventListener('token-expired', (event) => {
      cancelable.push(event.cancelable);
    });
    network.current.faults.set({ push: ['expired', 'expired'] });
    await widget.pay();
    expect(cancelable).to.deep.equal([true, false]);
  });

  it('whose renewal fails ends the attempt without a second push', async () => {
    const widget = await Harness.create();
    const asked = network.next('token');
    widget.type('0723123123');
    await asked;
    await quiet();
    network.current.faults.set({ push: ['expired'], token: ['reset'] });
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'token-expired', 'push-failure']);
    expect(widget.only('push-failure').detail).to.include({ reason: 'token-unavailable', promptPossible: false });
    expect(network.to('push')).to.have.length(1);
  });

  for (const fault of ['server-500', 'reset-after', 'cut-short'] as const) {
    it(`is no licence for a third push where the second meets "${fault}"`, async () => {
      const widget = await Harness.create();
      network.current.faults.set({ push: ['expired', fault] });
      await widget.pay();
      expect(widget.only('push-failure').detail.promptPossible).to.equal(true);
      expect(widget.element.state).to.equal('unconfirmed');
      await quiet();
      expect(network.to('push')).to.have.length(2);
      expect(widget.blocked).to.equal(true);
    });
  }

  it('is not what a plain 404 says', async () => {
    const widget = await Harness.create();
    network.current.faults.set({ push: ['html-404'] });
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-failure']);
    expect(widget.only('push-failure').detail.reason).to.equal('rejected');
  });

  it('is not what a 404 with another of Daraja’s errors says', async () => {
    const widget = await Harness.create();
    network.answer = ({ endpoint }) =>
      endpoint === 'push'
        ? new Response('{"daraja_error":{"errorCode":"404.001.04","errorMessage":"Invalid","requestId":"1"}}', {
            status: 404,
          })
        : undefined;
    await widget.pay();
    expect(widget.types).to.deep.equal(['push-request', 'push-failure']);
    expect(network.to('push')).to.have.length(1);
  });
});
