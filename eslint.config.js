import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { configs as lit } from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import { configs as wc } from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';

// Who may import whom is in .dependency-cruiser.mjs; here is which of the platform's names each layer may use.

const othersOnNetwork = ['XMLHttpRequest', 'WebSocket', 'EventSource'];
const network = ['fetch', ...othersOnNetwork];
const storage = ['localStorage', 'sessionStorage', 'indexedDB', 'caches'];
const registry = ['customElements'];
const dom = [
  ...['window', 'document', 'self', 'location', 'navigator', 'HTMLElement', 'Element', 'Node', 'CustomEvent'],
  ...['addEventListener', 'removeEventListener', 'dispatchEvent', 'matchMedia'],
];
const impure = ['Date', 'performance', 'crypto', 'setTimeout', 'setInterval', 'queueMicrotask', 'globalThis'];

const reasons = [
  [network, 'only client/http.ts talks to the network.'],
  [storage, 'only src/browser touches storage.'],
  [registry, 'only define.ts registers elements.'],
  [dom, 'this layer knows no DOM.'],
  [impure, 'the model is pure: same input, same output.'],
];

const without = (...groups) => {
  const named = groups.flat().map((name) => ({ name, message: reasons.find(([names]) => names.includes(name))[1] }));
  return {
    'no-restricted-globals': ['error', ...named],
    'no-restricted-properties': [
      'error',
      ...['window', 'globalThis', 'self'].flatMap((object) =>
        named.map(({ name, message }) => ({ object, property: name, message })),
      ),
      ...(groups.includes(impure) ? [{ object: 'Math', property: 'random', message: reasons.at(-1)[1] }] : []),
      { object: 'navigator', property: 'sendBeacon', message: reasons[0][1] },
    ],
  };
};

export default defineConfig(
  globalIgnores([
    '.cache/',
    'dist/',
    'server/dist/',
    'site/',
    'coverage/',
    'test/package/types*/',
    'test/integration/*/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: [
      '*.js',
      '*.mjs',
      'build/**',
      'scripts/**',
      'test/browsers/**',
      'examples/**',
      'server/**/*.mjs',
      'bench/**/*.{js,mjs}',
      'test/servers/*.mjs',
    ],
    languageOptions: {
      globals: {
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        btoa: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        performance: 'readonly',
        Request: 'readonly',
        Response: 'readonly',
        setInterval: 'readonly',
        structuredClone: 'readonly',
        URLSearchParams: 'readonly',
        Buffer: 'readonly',
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  {
    // Runs in the pages that are measured.
    files: ['bench/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          ...['window', 'document', 'performance', 'customElements', 'setTimeout', 'requestAnimationFrame'],
          ...['Event', 'CustomEvent', 'HTMLElement', 'MutationObserver', 'PerformanceObserver'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [lit['flat/recommended'], wc['flat/recommended'], wc['flat/best-practice']],
    plugins: { 'lit-a11y': litA11y },
    rules: {
      ...litA11y.configs.recommended.rules,
      'wc/guard-super-call': 'off', // LitElement has them all.
    },
    settings: { wc: { elementBaseClasses: ['LitElement'] } },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': ['error', { allow: ['warn', 'error'] }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportExpression', message: 'Static imports alone: the layers and the single file rest on them.' },
        {
          selector: 'TaggedTemplateExpression[tag.name=/^(html|svg)$/] TemplateElement[value.raw=/<style|\\sstyle=/i]',
          message: 'A content security policy forbids inline styles: use a class and the style sheet.',
        },
      ],
    },
  },

  // What a layer may use of the platform. The later of two blocks that fit a file counts.
  { files: ['src/**/*.ts'], rules: without(network, storage, registry) },
  { files: ['src/model/**/*.ts'], rules: without(network, storage, registry, dom, impure) },
  { files: ['src/client/**/*.ts'], rules: without(network, storage, registry, dom) },
  { files: ['src/client/http.ts'], rules: without(othersOnNetwork, storage, registry, dom) },
  { files: ['src/checkout/**/*.ts'], rules: without(network, storage, registry, dom) },
  { files: ['src/browser/**/*.ts'], rules: without(network, registry) },
  { files: ['src/define.ts', 'src/registration.ts'], rules: without(network, storage) },
  { files: ['src/testing/**/*.ts'], rules: without(storage, registry) },
  {
    files: ['test/**/*.ts', 'server/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['describe', 'it', 'test'] },
            // semantic-dom-diff declares that `.equal()` returns a promise; it does for snapshots alone.
            { from: 'package', package: 'chai', name: 'Equal' },
          ],
        },
      ],
      '@typescript-eslint/no-misused-spread': ['error', { allow: [{ from: 'lib', name: 'String' }, 'string'] }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
