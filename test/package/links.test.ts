import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { sidebar } from '../../docs/site/.vitepress/sidebar.js';
import { root } from './support/packed.js';

const markdownIn = (folder: string, recursive: boolean) =>
  readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.startsWith('site/'))
    .map((path) => join(folder, path));

const pages = [
  ...['dist/llms.txt', 'server/README.md', 'examples/shop/README.md'],
  ...markdownIn('.', false),
  ...markdownIn('docs', true),
];

/** What is not in the package has to be linked to by its address, or the link is dead where the package is installed. */
const REPOSITORY = /^https:\/\/github\.com\/vitumob\/vitumob-pay\/(?:blob|tree)\/main\//;

const withoutCode = (markdown: string) => markdown.replace(/^(`{3,}|~{3,})[^]*?^\1$/gm, '').replace(/`[^`\n]*`/g, '');

const links = (markdown: string) =>
  [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)\)|\b(?:src|href)="([^"]+)"/g)].map(
    ([, inMarkdown, inHtml]) => inMarkdown ?? inHtml ?? '',
  );

/** Where a link leads, from the root; what is on GitHub is here too. */
const targetOf = (page: string, path: string) =>
  REPOSITORY.test(path) ? join(root, path.replace(REPOSITORY, '')) : join(dirname(join(root, page)), path);

/** The anchors that GitHub and npm give to headings. */
function anchors(markdown: string): string[] {
  const seen = new Map<string, number>();
  const headings = markdown.replace(/^(`{3,}|~{3,})[^]*?^\1$/gm, '').matchAll(/^#{1,6} +(.+?)\s*$/gm);
  return [...headings].map(([, heading = '']) => {
    const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = text.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    return times ? `${slug}-${times}` : slug;
  });
}

function brokenLinks(page: string, markdown: string): string[] {
  return links(markdown).filter((link) => {
    if (/^[a-z]+:/.test(link) && !REPOSITORY.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path ? targetOf(page, path) : join(root, page);
    if (!existsSync(target)) return true;
    if (anchor === undefined) return false;
    const text = path ? readFileSync(target, 'utf8') : markdown;
    return !anchors(text).includes(anchor);
  });
}

describe('The documentation', () => {
  for (const page of pages) {
    it(`links only to what is there: ${page}`, () => {
      assert.deepEqual(brokenLinks(page, readFileSync(join(root, page), 'utf8')), []);
    });
  }

  it('is to be found from the README, all of it', () => {
    const listed = links(readFileSync(join(root, 'README.md'), 'utf8')).map((link) => link.replace(REPOSITORY, ''));
    const unlisted = pages.filter((page) => /^docs\/(?!decisions\/\d)/.test(page) && !listed.includes(page));
    assert.deepEqual(unlisted, []);
  });

  it('is in the sidebar of its site, each page once', () => {
    const listed = sidebar.flatMap(({ items }) => items.map(({ link }) => link));
    const all = [
      ...['/', '/CONTRIBUTING', '/server/README'],
      ...pages.filter((page) => /^docs\/(?!decisions\/\d)/.test(page)).map((page) => `/${page.replace(/\.md$/, '')}`),
    ];
    assert.deepEqual(listed.sort(), all.sort());
  });

  it('numbers each decision once, without a gap, and lists it', () => {
    const records = readdirSync(join(root, 'docs/decisions'))
      .filter((name) => name !== 'README.md')
      .sort();
    const numbers = records.map((name) => /^\d{4}(?=-)/.exec(name)?.[0]);
    assert.deepEqual(
      numbers,
      records.map((_, index) => String(index + 1).padStart(4, '0')),
    );
    const list = readFileSync(join(root, 'docs/decisions/README.md'), 'utf8');
    assert.deepEqual(
      [...list.matchAll(/^- \[(\d{4})\]\(([^)]+)\): /gm)].map(([, number, path]) => [number, path]),
      records.map((name, index) => [numbers[index], name]),
    );
  });

  it('would be told of a page or a heading that is not there', () => {
    const markdown =
      '# One `Two`, three\n\n[a](#one-two-three) [b](#one) [c](LICENSE) [d](docs/none.md) [e](docs/backend.md#none)';
    assert.deepEqual(brokenLinks('README.md', markdown), ['#one', 'docs/none.md', 'docs/backend.md#none']);
    const gone = 'https://github.com/vitumob/vitumob-pay/blob/main/server/README.md#gone';
    assert.deepEqual(brokenLinks('docs/backend.md', `[a](${gone}) [b](${gone.replace('#gone', '')})`), [gone]);
  });
});
