/** What a page without a bundler says of npm packages that are served, from `node_modules` or by a CDN, below `base`. */
export const importMap = (base: string): string =>
  JSON.stringify({
    imports: {
      'vitumob-pay': `${base}vitumob-pay/dist/index.js`,
      'vitumob-pay/element': `${base}vitumob-pay/dist/element/vitumob-pay-element.js`,
      lit: `${base}lit/index.js`,
      'lit-html': `${base}lit-html/lit-html.js`,
      'lit-html/': `${base}lit-html/`,
      'lit-element/': `${base}lit-element/`,
      '@lit/reactive-element': `${base}@lit/reactive-element/reactive-element.js`,
      'zod/mini': `${base}zod/mini/index.js`,
      '@lit-labs/ssr-client/': `${base}@lit-labs/ssr-client/`,
    },
  });
