import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { configs as lit } from 'eslint-plugin-lit';
import litA11y from 'eslint-plugin-lit-a11y';
import { configs as wc } from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';

/*
 * The layers of src. Imports point right, never left:
 *
 *   index · react · dev ▶ define ▶ element ▶ payment-controller ▶ checkout ▶ client ▶ model
 *                               events · messages · styles (leaves)
 *
 * Each layer lists what its imports may begin with; test/package/lint-layers.test.ts holds every rule to it.
 */
const model = String.raw`\.{1,2}/model/`;
const client = String.raw`\.{1,2}/client/`;
const checkout = String.raw`\.{1,2}/checkout/`;
const leaves = String.raw`\./messages/|\./(?!(?:index|react|define|dev|vitumob-pay-element|payment-controller)\.js$)[\w-]+\.js$`;
const controller = String.raw`\./payment-controller\.js$`;
const litButUnsafe = String.raw`lit$|lit/(?!directives/(?:unsafe-|style-map)|static-html)`;
const sibling = String.raw`\./`;

const onlyImports = (layer, allowed, allowedTypes = []) => ({
  '@typescript-eslint/no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          regex: `^(?!${[...allowed, ...allowedTypes].join('|')})`,
          message: `${layer} may not import this: see the layers in eslint.config.js.`,
        },
        ...allowedTypes.map((regex) => ({
          regex: `^(?:${regex})`,
          allowTypeImports: true,
          message: `${layer} may import only types from here.`,
        })),
      ],
    },
  ],
});

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
  [storage, 'only checkout/attempt-store.ts touches storage.'],
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
  globalIgnores(['dist/', 'server/dist/', 'coverage/', 'test/package/types*/', 'test/integration/*/']),
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
    files: ['*.js', '*.mjs', 'scripts/**', 'examples/**', 'server/test/*.mjs'],
    languageOptions: {
      globals: {
        AbortSignal: 'readonly',
        btoa: 'readonly',
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

  // A file at the top of src that has no layer of its own is a leaf; it may know other layers by their types.
  {
    files: ['src/*.ts'],
    rules: {
      ...onlyImports('A leaf', [leaves, model, litButUnsafe], [checkout, client]),
      ...without(network, storage, registry),
    },
  },
  {
    files: ['src/messages/**/*.ts'],
    rules: { ...onlyImports('messages', [sibling, model]), ...without(network, storage, registry) },
  },
  {
    files: ['src/model/**/*.ts'],
    rules: { ...onlyImports('model', [sibling]), ...without(network, storage, registry, dom, impure) },
  },
  {
    files: ['src/client/**/*.ts'],
    rules: {
      ...onlyImports('client', [sibling, model, 'zod/mini$']),
      ...without(network, storage, registry, dom),
    },
  },
  {
    files: ['src/client/http.ts'],
    rules: without(othersOnNetwork, storage, registry, dom),
  },
  {
    files: ['src/checkout/**/*.ts'],
    rules: { ...onlyImports('checkout', [sibling, client, model]), ...without(network, storage, registry) },
  },
  {
    files: ['src/checkout/attempt-store.ts'],
    rules: without(network, registry),
  },
  {
    files: ['src/payment-controller.ts'],
    rules: onlyImports('payment-controller', [leaves, checkout, client, model, litButUnsafe]),
  },
  {
    files: ['src/vitumob-pay-element.ts'],
    rules: onlyImports('The element', [leaves, controller, checkout, client, model, litButUnsafe]),
  },
  {
    files: ['src/define.ts'],
    rules: { ...onlyImports('define', [String.raw`\./vitumob-pay-element\.js$`]), ...without(network, storage) },
  },
  {
    files: ['src/index.ts'],
    rules: onlyImports('index', [sibling]),
  },
  {
    files: ['src/dev.ts'],
    rules: onlyImports('dev', [leaves, String.raw`\./vitumob-pay-element\.js$`, checkout, client]),
  },
  {
    files: ['src/react.ts'],
    rules: onlyImports('react', [sibling, '@lit/react$', 'react$']),
  },
  {
    files: ['src/types/**/*.ts'],
    rules: onlyImports(
      'types',
      [sibling],
      [String.raw`\.\./(?:events|vitumob-pay-element)\.js$`, String.raw`(?:react|solid-js|svelte/elements|vue)$`],
    ),
  },
  {
    files: ['demo/**/*.{ts,js}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: String.raw`^[./].*(?:src|test|dist)/`,
              message: 'The demo stands on the public entries alone, as a merchant does.',
            },
          ],
        },
      ],
    },
  },
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
