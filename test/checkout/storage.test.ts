import { expect } from '@open-wc/testing';
import { createOrderStore, RECORD_LIFE_MS, UNREADABLE_WINDOW_MS } from '../../src/browser/storage.js';
import type { OrderStore } from '../../src/checkout/environment.js';
import type { OrderRecord } from '../../src/model/attempt.js';
import { FakeStorage, type StorageProcess } from '../support/fake-storage.js';
import { QuickClock } from '../support/quick-clock.js';

const KEY = 'https://pay.test/push 1234567891';
const WINDOW_MS = 120_000;
const IDS = { paymentId: 'p1', checkoutRequestId: 'ws_CO_1', merchantRequestId: 'm1' };

/** As version 0.1 stored it, as JSON. */
const OF_0_1 = {
  version: 1,
  revision: 2,
  id: '0.123',
  phase: 'prompted',
  phone: '2547*****123',
  amount: '12341',
  since: 0,
  liveUntil: 0,
  earlier: [{ ...IDS, checkoutRequestId: 'ws_CO_EARLIER' }],
  blind: true,
  checkout: IDS,
};

describe('The store of orders', () => {
  let clock: QuickClock;
  let storage: FakeStorage;

  beforeEach(() => {
    clock = new QuickClock();
    storage = new FakeStorage(clock, { delayMs: 20 });
  });

  function page(process: StorageProcess = storage.open()): OrderStore {
    return createOrderStore({
      local: () => process.area,
      session: () => process.session,
      now: clock.now,
      monotonic: clock.monotonic,
      events: process.countedEvents,
    });
  }

  function record(changes: Partial<OrderRecord> = {}): OrderRecord {
    const since = clock.now();
    return {
      revision: 0,
      id: 'a1',
      phase: 'sent',
      phone: '2547*****123',
      amount: '12341',
      since,
      liveUntil: since + WINDOW_MS,
      ids: undefined,
      earlier: [],
      mayHaveUnknownPrompt: false,
      otherPromptUntil: 0,
      isTold: false,
      reason: undefined,
      outcome: undefined,
      ...changes,
    };
  }

  /** The key of an order's entry. */
  function nameOf(key: string): string {
    const own = new FakeStorage(clock);
    const process = own.open();
    page(process).write(key, record());
    return Object.keys(own.entries)[0]!;
  }

  it('gives back what was written, as a newer revision each time', () => {
    const store = page();
    expect(store.read(KEY)).to.equal(undefined);
    const first = store.write(KEY, record());
    expect(first).to.deep.equal({ ...record(), revision: first.revision });
    const second = store.write(KEY, record({ phase: 'prompted', ids: IDS }));
    expect(second.revision).to.be.above(first.revision);
    expect(store.read(KEY)).to.deep.equal(second);
  });

  it('remembers each order for itself', () => {
    const store = page();
    store.write(KEY, record());
    expect(store.read('https://pay.test/push 2')).to.equal(undefined);
    expect(store.read('https://elsewhere.test/push 1234567891')).to.equal(undefined);
  });

  it('is read by the page after a reload, and by other pages a while later', async () => {
    const process = storage.open();
    const other = page();
    page(process).write(KEY, record());
    expect(page(process).read(KEY)).to.include({ id: 'a1' });
    expect(other.read(KEY)).to.equal(undefined);
    await clock.advance(20);
    expect(other.read(KEY)).to.include({ id: 'a1' });
  });

  it('names no order, which may be a phone number, in what it stores', async () => {
    page().write('https://pay.test/push 0723123123', record());
    await clock.advance(20);
    const [[name, text] = ['', '']] = Object.entries(storage.entries);
    expect(name + text)
      .to.not.contain('0723123123')
      .and.not.contain('pay.test');
  });

  it('has another key for each order', async () => {
    const store = page();
    for (let order = 0; order < 1_000; order++) store.write(`https://pay.test/push ${order}`, record());
    await clock.advance(20);
    expect(Object.keys(storage.entries)).to.have.lengthOf(1_000);
  });

  describe('if storage', () => {
    it('is denied, has the page’s memory do', () => {
      storage.trouble = 'denied';
      const process = storage.open();
      const store = page(process);
      store.write(KEY, record());
      expect(store.read(KEY)).to.include({ phase: 'sent' });
      store.write(KEY, record({ phase: 'prompted', ids: IDS }));
      expect(store.read(KEY)).to.include({ phase: 'prompted' });
      expect(page(process).read(KEY), 'after a reload').to.equal(undefined);
    });

    it('is full, is read from the tab’s own after a reload', () => {
      storage.trouble = 'full';
      const process = storage.open();
      page(process).write(KEY, record());
      expect(storage.entries).to.deep.equal({});
      expect(page(process).read(KEY)).to.include({ phase: 'sent' });
    });

    it('fails only later, goes by the newest of storage, the tab’s own and memory', () => {
      const process = storage.open();
      const store = page(process);
      store.write(KEY, record());
      storage.trouble = 'full';
      store.write(KEY, record({ phase: 'prompted', ids: IDS }));
      expect(store.read(KEY)).to.include({ phase: 'prompted' });
      expect(page(process).read(KEY), 'after a reload').to.include({ phase: 'prompted' });
      storage.trouble = 'none';
      store.write(KEY, record({ phase: 'failed', reason: 'cancelled' }));
      expect(page(process).read(KEY)).to.include({ phase: 'failed' });
    });

    it('is denied for a while, does not take what it held before for news', () => {
      const store = page();
      store.write(KEY, record());
      storage.trouble = 'denied';
      store.write(KEY, record({ phase: 'failed', reason: 'cancelled' }));
      storage.trouble = 'none';
      expect(store.read(KEY)).to.include({ phase: 'failed' });
    });

    it('is cleared, remembers a prompt and writes it again', async () => {
      const store = page();
      const written = store.write(KEY, record());
      await clock.advance(20);
      storage.clear();
      expect(store.read(KEY)).to.deep.equal(written);
      await clock.advance(20);
      expect(page().read(KEY)).to.deep.equal(written);
    });

    it('is cleared by the page itself, remembers the prompt after a reload too', () => {
      const process = storage.open();
      page(process).write(KEY, record());
      process.clearLocal();
      expect(page(process).read(KEY)).to.include({ id: 'a1' });
    });

    it('is cleared, and another page makes an attempt that this one has not heard of, goes by that one', async () => {
      const store = page();
      for (let times = 0; times < 5; times++) store.write(KEY, record({ phase: 'failed', reason: 'cancelled' }));
      await clock.advance(20);
      storage.clear();
      page().write(KEY, record({ id: 'a2' }));
      await clock.advance(20);
      expect(store.read(KEY)).to.include({ id: 'a2', phase: 'sent' });
    });

    for (const text of ['', 'null', '7', '[]', '2\n1\na1\nsent', '{}', 'garbage']) {
      it(`holds ${JSON.stringify(text)} in place of a record, takes that for a push that may be live, once`, async () => {
        storage.seed(nameOf(KEY), text);
        const first = page().read(KEY);
        expect(first).to.include({ phase: 'sent', liveUntil: clock.now() + UNREADABLE_WINDOW_MS, phone: '' });
        await clock.advance(UNREADABLE_WINDOW_MS);
        expect(page().read(KEY)).to.include({ liveUntil: clock.now() });
      });
    }

    for (const text of ['3\n1\na1', '10\nx', '{"version":2,"phase":"prompted"}', '{"version":10}']) {
      it(`holds ${JSON.stringify(text)}, of a format that is not known, neither reads nor removes it`, async () => {
        storage.seed(nameOf(KEY), text);
        storage.seed('vitumob-pay:https://pay.test/push 1234567891', '{"version":2}');
        const store = page();
        expect(store.read(KEY)).to.equal(undefined);
        await clock.advance(20);
        expect(storage.entries[nameOf(KEY)]).to.equal(text);
        expect(storage.entries['vitumob-pay:https://pay.test/push 1234567891']).to.equal('{"version":2}');
      });

      it(`holds ${JSON.stringify(text)}, of a format that is not known, writes beside it, and reads that`, async () => {
        storage.seed(nameOf(KEY), text);
        const [store, other] = [page(), page()];
        const heard: string[] = [];
        other.read(KEY);
        other.subscribe(KEY, () => heard.push('heard'));
        store.write(KEY, record());
        await clock.advance(20);
        expect(storage.entries[nameOf(KEY)]).to.equal(text);
        expect(heard).to.deep.equal(['heard']);
        for (const reader of [store, other, page()]) expect(reader.read(KEY)).to.include({ id: 'a1' });
      });
    }
  });

  describe('with time', () => {
    it('forgets an order a day after', async () => {
      const store = page();
      store.write(KEY, record());
      await clock.advance(RECORD_LIFE_MS - 1);
      expect(store.read(KEY)).to.include({ id: 'a1' });
      await clock.advance(1);
      expect(store.read(KEY)).to.equal(undefined);
    });

    it('goes by the clock that nobody can set in the page that knows of the order', async () => {
      const store = page();
      store.write(KEY, record());
      await clock.advance(20);
      clock.jump(RECORD_LIFE_MS);
      expect(page().read(KEY), 'another page').to.equal(undefined);
      await clock.advance(20);
      expect(store.read(KEY)).to.include({ id: 'a1' });
    });

    it('removes what has expired when a page opens, and nothing else', async () => {
      page().write('old', record());
      storage.seed('the shop’s own', 'vitumob-pay:');
      storage.seed('vitumob-pay:settings', 'the shop’s own');
      storage.seed('vitumob-pay.settings', 'the shop’s own');
      storage.seed('vitumob-pay:old order', JSON.stringify({ ...OF_0_1, since: clock.now() }));
      await clock.advance(RECORD_LIFE_MS - 1);
      const kept = page().write('new', record());
      await clock.advance(20);
      page();
      await clock.advance(20);
      expect(kept.id).to.equal('a1');
      expect(Object.keys(storage.entries)).to.have.members([
        'the shop’s own',
        'vitumob-pay:settings',
        'vitumob-pay.settings',
        nameOf('new'),
      ]);
    });

    it('starts the window anew if the clock was put back before a reload, and only once', async () => {
      page().write(KEY, record());
      await clock.advance(20);
      clock.jump(-RECORD_LIFE_MS);
      const anew = { since: clock.now(), liveUntil: clock.now() + WINDOW_MS };
      expect(page().read(KEY)).to.include(anew);
      await clock.advance(WINDOW_MS);
      expect(page().read(KEY), 'after another reload').to.include(anew);
    });

    it('forgets what was written by a clock that ran years ahead a day after it was read', async () => {
      clock.jump(70 * 365 * RECORD_LIFE_MS);
      page().write(KEY, record({ phase: 'failed', reason: 'cancelled' }));
      await clock.advance(20);
      clock.jump(-70 * 365 * RECORD_LIFE_MS);
      expect(page().read(KEY)).to.include({ phase: 'failed' });
      await clock.advance(RECORD_LIFE_MS);
      expect(page().read(KEY)).to.equal(undefined);
    });

    it('does not take a vague clock for one that was put back', async () => {
      page().write(KEY, record());
      await clock.advance(20);
      clock.jump(-1000);
      expect(page().read(KEY)).to.include({ since: clock.now() + 980 });
    });
  });

  describe('reads an entry of version 0.1', () => {
    const NAME = `vitumob-pay:${KEY}`;
    const seed = (changes: object = {}) => {
      storage.seed(
        NAME,
        JSON.stringify({ ...OF_0_1, since: clock.now(), liveUntil: clock.now() + WINDOW_MS, ...changes }),
      );
    };

    it('with all that keeps an order to one prompt', () => {
      seed();
      expect(page().read(KEY)).to.deep.include({
        phase: 'prompted',
        phone: '2547*****123',
        liveUntil: clock.now() + WINDOW_MS,
        ids: IDS,
        earlier: [{ ...IDS, checkoutRequestId: 'ws_CO_EARLIER' }],
        mayHaveUnknownPrompt: true,
      });
    });

    it('of a payment, with its receipt', () => {
      seed({ phase: 'paid', settlement: { resultCode: 0, resultDesc: 'Paid', receipt: 'NLJ7RT61SV' } });
      const outcome = { resultCode: 0, resultDesc: 'Paid', receipt: 'NLJ7RT61SV' };
      expect(page().read(KEY)).to.deep.include({ phase: 'paid', outcome });
    });

    it('that was written on a page where arrays become texts', () => {
      seed({ earlier: '[]' });
      expect(page().read(KEY)).to.include({ phase: 'prompted' });
    });

    it('and goes by its own once it has written one', () => {
      seed();
      const process = storage.open();
      page(process).write(KEY, record({ id: 'a2' }));
      expect(page(process).read(KEY)).to.include({ id: 'a2' });
    });

    it('that was cut short as a push that may be live', () => {
      storage.seed(NAME, '{"version":1,"revision":2,"id":"a1","phase":"prom');
      expect(page().read(KEY)).to.include({ phase: 'sent', liveUntil: clock.now() + UNREADABLE_WINDOW_MS });
    });

    for (const text of ['', 'null', '7', '[]', 'the shop’s own', '{"version":2,"since":1}']) {
      it(`and takes ${JSON.stringify(text)} for nothing: it is none`, async () => {
        storage.seed(NAME, text);
        expect(page().read(KEY)).to.equal(undefined);
        await clock.advance(20);
        expect(storage.entries).to.deep.equal({ [NAME]: text });
      });
    }
  });

  describe('calls back', () => {
    it('whoever subscribed to the order, when this page or another writes', async () => {
      const store = page();
      const heard: string[] = [];
      store.subscribe(KEY, () => heard.push('this order'));
      store.subscribe('another', () => heard.push('another order'));
      store.write(KEY, record());
      expect(heard).to.deep.equal(['this order']);
      page().write(KEY, record());
      await clock.advance(20);
      expect(heard).to.deep.equal(['this order', 'this order']);
    });

    it('nobody when others’ keys change', async () => {
      const store = page();
      const heard: string[] = [];
      store.subscribe(KEY, () => heard.push('heard'));
      storage.open().area.setItem('the shop’s own', '1');
      await clock.advance(20);
      expect(heard).to.deep.equal([]);
    });

    it('everybody when the site’s data is cleared', () => {
      const store = page();
      const heard: string[] = [];
      store.subscribe(KEY, () => heard.push('heard'));
      storage.clear();
      expect(heard).to.deep.equal(['heard']);
    });

    it('not the writer itself', () => {
      const store = page();
      const heard: string[] = [];
      const writer = () => heard.push('writer');
      store.subscribe(KEY, writer);
      store.subscribe(KEY, () => heard.push('other'));
      store.write(KEY, record(), writer);
      expect(heard).to.deep.equal(['other']);
    });

    it('nobody who has unsubscribed, and then listens to nothing', () => {
      const process = storage.open();
      const store = page(process);
      expect(process.listeners).to.equal(0);
      const heard: string[] = [];
      const end = store.subscribe(KEY, () => heard.push('first'));
      const endOther = store.subscribe(KEY, () => heard.push('second'));
      expect(process.listeners).to.equal(1);
      end();
      store.write(KEY, record());
      expect(heard).to.deep.equal(['second']);
      endOther();
      expect(process.listeners).to.equal(0);
    });
  });
});
