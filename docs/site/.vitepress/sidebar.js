/** Where the site's readers find its pages; test/package/links.test.ts holds that all are there. */

const page = (text, path) => ({ text, link: `/docs/${path}` });

export const nav = [
  { text: 'Start', link: '/docs/start' },
  { text: 'Reference', link: '/docs/reference' },
  { text: 'Server', link: '/server/README' },
  { text: 'Demo', link: '/demo/', target: '_self' },
];

export const sidebar = [
  {
    text: 'Build',
    items: [
      { text: 'What it is', link: '/' },
      page('From nothing to paid', 'start'),
      page('Questions', 'faq'),
      page('Reference', 'reference'),
      page('Backend', 'backend'),
      page('Outcomes', 'outcomes'),
      page('Testing', 'testing'),
      page('Theming', 'theming'),
      page('Languages', 'languages'),
    ],
  },
  {
    text: 'Guides',
    items: [
      page('Script tag', 'guides/script-tag'),
      page('WordPress', 'guides/wordpress'),
      page('WooCommerce', 'guides/woocommerce'),
      page('Laravel', 'guides/laravel'),
      page('Django', 'guides/django'),
      page('React', 'guides/react'),
      page('Next.js', 'guides/nextjs'),
      page('Vue', 'guides/vue'),
      page('Angular', 'guides/angular'),
      page('Svelte', 'guides/svelte'),
      page('Solid', 'guides/solid'),
      page('Import map', 'guides/import-map'),
      page('Server rendering', 'guides/server-rendering'),
    ],
  },
  {
    text: 'Run',
    items: [
      { text: 'vitumob-pay-server', link: '/server/README' },
      page('Going live', 'go-live'),
      page('When it is paid', 'paid'),
      page('Privacy', 'privacy'),
      page('Upgrading', 'upgrading'),
      page('Troubleshooting', 'troubleshooting'),
      page('Stability', 'stability'),
    ],
  },
  {
    text: 'Behind it',
    items: [
      page('Fault matrix', 'fault-matrix'),
      page('The demo’s backend', 'demo-backend'),
      page('Benchmarks', 'benchmarks'),
      page('Proof', 'proof'),
      page('Decisions', 'decisions/README'),
      { text: 'Contributing', link: '/CONTRIBUTING' },
    ],
  },
];
