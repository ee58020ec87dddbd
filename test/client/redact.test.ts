import { expect } from '@open-wc/testing';
import { redact } from '../../src/client/redact.js';

const TOKEN = 'abcd"efgh\\ij';

describe('What a backend says', () => {
  it('is freed from a token that stands in it as JSON', () => {
    const body = { note: JSON.stringify({ got: TOKEN }) };
    expect(redact(body, [TOKEN])).to.deep.equal({ note: '{"got":"[token]"}' });
  });

  it('is handed on as it is where no token was sent: too short a one, or what no header can carry', () => {
    for (const token of ['seven77', 'abcdefgh ij', 'é abcdefgh', '', undefined]) {
      const body = { said: `with ${token ?? 'none'}` };
      expect(redact(body, [token]), token).to.equal(body);
    }
  });

  it('is copied into plain values, which a page may change', () => {
    const copy = redact({ list: [], of: { a: 1 } }, [TOKEN]) as { list: unknown[]; of: { a?: number } };
    expect(copy).to.deep.equal({ list: [], of: { a: 1 } });
    copy.of.a = 2;
    delete copy.of.a;
    expect(Object.keys(copy.of)).to.deep.equal([]);
  });
});
