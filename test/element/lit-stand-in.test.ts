import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import * as lit from 'lit';
import * as standIn from '../../src/bundle/lit-html.js';

type Library = Pick<typeof lit, 'html' | 'nothing'>;

/** What is to be rendered, told without the words of a library. */
type Content = string | number | null | undefined | { readonly nothing: true } | readonly Content[] | Markup;
interface Markup {
  readonly kind: 'paragraph' | 'field' | 'pair' | 'list';
  readonly text: string | number | null | undefined;
  readonly flag: boolean;
  readonly one: Content;
  readonly two: Content;
}

function build(library: Library, content: Content): unknown {
  const { html, nothing } = library;
  if (typeof content !== 'object' || !content) return content;
  if (Array.isArray(content)) return content.map((item: Content) => build(library, item));
  if ('nothing' in content) return nothing;
  const { kind, text, flag, one, two } = content as Markup;
  const [first, second] = [build(library, one), build(library, two)];
  switch (kind) {
    case 'paragraph':
      return html`<p class="fine ${text} ${flag}" title=${text}>${first} and <b>then</b>${second}</p>`;
    case 'field':
      return html`<label for="x">${first}</label
        ><input id="x" .value=${text} ?disabled=${flag} aria-label="${text}" />`;
    case 'pair':
      return html`${first}${second}`;
    case 'list':
      return html`<ul>
        ${first}
        <li>${text}</li>
      </ul>`;
  }
}

const { content } = fc.letrec<{ content: Content; text: Content; markup: Markup }>((tie) => ({
  text: fc.oneof(fc.string(), fc.constantFrom('', '<i>&amp;"\'', '$lit$', 0, null, undefined)),
  markup: fc.record({
    kind: fc.constantFrom('paragraph', 'field', 'pair', 'list'),
    text: tie('text') as fc.Arbitrary<Markup['text']>,
    flag: fc.boolean(),
    one: tie('content'),
    two: tie('content'),
  }),
  content: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('text'),
    fc.constant({ nothing: true } as const),
    fc.array(tie('content'), { maxLength: 3 }),
    tie('markup'),
  ),
}));

/** What is to be seen of it: no comments, which are markers, and no order of attributes. */
function seen(container: HTMLElement): string {
  const fields = [...container.querySelectorAll('input')].map(({ value, disabled }) => `${value} ${disabled}`);
  const copy = container.cloneNode(true) as HTMLElement;
  for (const element of copy.querySelectorAll('*')) {
    for (const { name, value } of [...element.attributes].sort((one, other) => (one.name < other.name ? -1 : 1))) {
      element.removeAttribute(name);
      element.setAttribute(name, value);
    }
  }
  return [copy.innerHTML.replace(/<!--.*?-->/g, ''), ...fields].join('\n');
}

describe('What stands in for Lit’s templates in the one file', () => {
  function place(host: object): { container: HTMLElement; show: (value: unknown) => void } {
    const container = document.createElement('div');
    const update = standIn.createChild(container.appendChild(new Comment()), host);
    return {
      container,
      show(value) {
        update(() => value);
      },
    };
  }

  it('shows what Lit shows, whatever was shown before', () => {
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 4 }), (contents) => {
        const theirs = document.createElement('div');
        const ours = place({});
        for (const each of contents) {
          lit.render(build(lit, each), theirs);
          ours.show(build(standIn as unknown as Library, each));
          expect(seen(ours.container)).to.equal(seen(theirs));
        }
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the nodes of a template, and the text in them, from one time to the next', () => {
    const { container, show } = place({});
    const template = (text: string) => standIn.html`<p title=${text}>${text}</p>`;
    show(template('one'));
    const [paragraph, text] = [container.querySelector('p')!, container.querySelector('p')!.childNodes[1]];
    show(template('two'));
    expect(container.querySelector('p')).to.equal(paragraph);
    expect(paragraph.childNodes[1]).to.equal(text);
    expect(paragraph.outerHTML).to.contain('title="two"');
    expect(paragraph.textContent).to.equal('two');
  });

  it('calls the newest listener of an event, as a method of the host', () => {
    const host = {};
    const { container, show } = place(host);
    const heard: unknown[] = [];
    const button = (name: string) =>
      standIn.html`<button @click=${function (this: unknown, { type }: Event) {
        heard.push(name, this, type);
      }}>Press</button>`;
    show(button('first'));
    show(button('second'));
    container.querySelector('button')!.click();
    expect(heard).to.deep.equal(['second', host, 'click']);
    expect(heard[1]).to.equal(host);
  });

  for (const [what, value] of [
    ['a directive', { _$litDirective$: () => undefined, values: [] }],
    ['a node', document.createElement('p')],
    ['a set', new Set(['text'])],
  ] as const) {
    it(`refuses ${what}, which Lit would take`, () => {
      expect(() => {
        place({}).show(standIn.html`<p>${value}</p>`);
      }).to.throw(TypeError);
    });
  }
});
