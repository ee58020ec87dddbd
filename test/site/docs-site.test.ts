/** The site of the documentation as `npm run build:docs` has left it: what Pages gets. `npm run test:docs` builds it before. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sidebar } from '../../docs/site/.vitepress/sidebar.js';

const dist = fileURLToPath(new URL('../../docs/site/dist', import.meta.url));
const base = process.env['DOCS_BASE'] ?? '/';

const isFile = (path: string) => existsSync(path) && statSync(path).isFile();
const isThere = (path: string) => isFile(path) || isFile(join(path, 'index.html'));
const read = (path: string) => readFileSync(join(dist, path), 'utf8');

const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.html') && !/^(?:demo\/|404\.html$)/.test(path));

/** What a page leads to and loads. */
const targets = (html: string) =>
  [...html.matchAll(/\s(?:href|src)="([^"]+)"/g)].map(([, target = '']) => target.replaceAll('&amp;', '&'));

const ids = (html: string) => [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);

function deadLinks(page: string, html: string): string[] {
  return targets(html).filter((target) => {
    if (/^(?:[a-z]+:|\/\/)/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    if (path.startsWith('/') && !path.startsWith(base)) return true;
    const inSite = path.startsWith('/') ? path.slice(base.length) : posix.join(dirname(page), path);
    const file = join(dist, decodeURI(inSite));
    if (path && !isThere(file)) return true;
    if (!anchor) return false;
    const text = path ? readFileSync(isFile(file) ? file : join(file, 'index.html'), 'utf8') : html;
    return !ids(text).includes(decodeURIComponent(anchor));
  });
}

describe('The site of the documentation', () => {
  it('has a page for each line of its sidebar', () => {
    const links = sidebar.flatMap(({ items }) => items.map(({ link }) => link));
    assert.ok(links.length > 30);
    const missing = links.filter((link) => !pages.includes(link === '/' ? 'index.html' : `${link.slice(1)}.html`));
    assert.deepEqual(missing, []);
  });

  for (const page of pages) {
    it(`leads only to what is there: ${page}`, () => {
      assert.deepEqual(deadLinks(page, read(page)), []);
    });
  }

  it('has the demo beside it, with all that it loads and the backend that it starts', () => {
    const demo = read('demo/index.html');
    assert.match(demo, /<script [^>]*type="module"/);
    assert.deepEqual(deadLinks('demo/index.html', demo), []);
    assert.ok(isFile(join(dist, 'demo/demo-backend.js')));
    assert.ok(targets(read('index.html')).some((target) => target === `${base}demo/`));
  });

  it('would be told of a page, a heading or a picture that is not there', () => {
    const html = `<h2 id="one"></h2><a href="#one"></a><a href="#two"></a><a href="${base}docs/none.html"></a>
      <a href="${base}docs/start.html"></a><img src="./none.png"><a href="https://shop.example/"></a>`;
    assert.deepEqual(deadLinks('index.html', html), ['#two', `${base}docs/none.html`, './none.png']);
  });
});
