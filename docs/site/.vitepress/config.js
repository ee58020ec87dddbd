import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { defineConfig } from 'vitepress';
import { nav, sidebar } from './sidebar.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const REPOSITORY = 'https://github.com/vitumob/vitumob-pay';
/** Where the site is: `/` on a host of its own, `/vitumob-pay/` on GitHub Pages. */
const base = env.DOCS_BASE ?? '/';

/** What copy-pages.js copies. */
const isPage = (path) => /^(?:[A-Z]+\.md|docs\/(?!site\/).*\.md|server\/README\.md)$/.test(path);

/** GitHub's, so that a link to a heading works in both places; test/package/links.test.ts checks them. */
const slugify = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/**
 * The pages link to each other and to files as GitHub shows them, and by GitHub's address to what is not in the package. Here the
 * README is the first page, a page is a page, and a file is on GitHub.
 */
function linksOfTheSite(md) {
  md.core.ruler.push('links-of-the-site', ({ tokens, env: { relativePath = '' } }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : undefined;
      const isOurs = href?.startsWith(`${REPOSITORY}/blob/main/`);
      if (!href || (!isOurs && /^(?:[a-z]+:|#)/.test(href))) continue;
      const [path, anchor] = href.split('#');
      const page = relativePath === 'index.md' ? 'README.md' : relativePath;
      const target = isOurs
        ? path.slice(`${REPOSITORY}/blob/main/`.length)
        : relative(root, join(root, dirname(page), path));
      const end = anchor === undefined ? '' : `#${anchor}`;
      if (target === 'README.md') token.attrSet('href', `/${end}`);
      else if (isPage(target)) token.attrSet('href', `/${target}${end}`);
      else if (existsSync(join(root, target))) {
        const kind = statSync(join(root, target)).isDirectory() ? 'tree' : 'blob';
        token.attrSet('href', `${REPOSITORY}/${kind}/main/${target}${end}`);
      }
      // Else it is dead, and VitePress says so and stops.
    }
  });
}

export default defineConfig({
  title: 'vitumob-pay',
  description: 'M-Pesa checkout (STK push) as one HTML tag, for shops in Kenya',
  lang: 'en',
  base,
  srcDir: './.pages',
  outDir: './dist',
  cacheDir: './.vitepress/cache',
  rewrites: { 'README.md': 'index.md' },
  cleanUrls: false,
  // Addresses of somebody’s own machine, in instructions.
  ignoreDeadLinks: [/^https?:\/\/localhost/],
  markdown: { anchor: { slugify }, config: linksOfTheSite },
  themeConfig: {
    search: { provider: 'local' },
    nav,
    sidebar,
    outline: [2, 3],
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
    editLink: { pattern: `${REPOSITORY}/edit/main/:path`, text: 'Change this page' },
  },
});
