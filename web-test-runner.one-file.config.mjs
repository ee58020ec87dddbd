import all from './web-test-runner.config.mjs';

const standIns = {
  lit: '/src/bundle/lit.ts',
  'zod/mini': '/src/bundle/zod-mini.ts',
  './hydration.js': '/src/bundle/hydration.ts',
};

/**
 * The element on what stands in for its libraries in the one file for script tags. Customers of a script tag have it so,
 * and the tests of test/e2e run the one file itself.
 */
export default {
  ...all,
  files: 'test/element/*.test.ts',
  plugins: [
    {
      name: 'stand-ins',
      resolveImport: ({ source, context }) => (context.path.startsWith('/src/') ? standIns[source] : undefined),
    },
    ...all.plugins,
  ],
  coverage: false,
};
