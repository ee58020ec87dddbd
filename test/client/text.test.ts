import { expect } from '@open-wc/testing';
import { parseText } from '../../src/client/text.js';

describe('JSON text within JSON text', () => {
  const layered = (layers: number) =>
    Array.from({ length: layers }).reduce<string>((text) => JSON.stringify(text), '{}');

  it('is read up to five layers deep, and is a text beyond', () => {
    expect(parseText(layered(4))).to.deep.equal({});
    expect(parseText(layered(5))).to.equal('{}');
  });

  it('is read after byte order marks and white space', () => {
    expect(parseText('\uFEFF\uFEFF {"a":1}\n')).to.deep.equal({ a: 1 });
  });
});
