/** What ships runs in the oldest engines that the README promises: no later syntax in it, no later built-in. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import compat from 'eslint-plugin-compat';
import es from 'eslint-plugin-es-x';
import { scriptTagFile } from '../e2e/build.js';

const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');

/** Arrays had these names before iterators did, and a method's name is all that can be seen. */
const ALSO_OF_ARRAYS = ['every', 'filter', 'find', 'flatmap', 'foreach', 'map', 'reduce', 'some'];

/** Of the platform, younger than those engines, and not in the data of eslint-plugin-compat: members, and globals. */
const YOUNGER_MEMBERS = [
  ...['canParse', 'parseHTMLUnsafe', 'setHTMLUnsafe', 'getHTML', 'checkVisibility', 'moveBefore'],
  ...['startViewTransition', 'showPopover', 'hidePopover', 'togglePopover', 'requestClose', 'caretPositionFromPoint'],
];
const YOUNGER_STATICS = [
  ['AbortSignal', 'any'],
  ['URL', 'parse'],
] as const;
const YOUNGER_GLOBALS = ['CloseWatcher', 'Float16Array', 'ToggleEvent', 'CookieStore', 'cookieStore', 'Temporal'];

function promised(): string[] {
  const named = /Chromium (\d+), Firefox (\d+), Safari ([\d.]+)/.exec(readme);
  assert.ok(named, 'README.md names the oldest engines');
  const [, chromium, firefox, safari] = named;
  return [`chrome ${chromium}`, `firefox ${firefox}`, `safari ${safari}`, `ios_saf ${safari}`];
}

const eslint = new ESLint({
  overrideConfigFile: true,
  allowInlineConfig: false,
  overrideConfig: [
    {
      ...es.configs['flat/restrict-to-es2022'],
      languageOptions: { ecmaVersion: 2022, sourceType: 'script' },
      // Methods too, of whatever object they are.
      settings: { 'es-x': { aggressive: true }, browsers: promised(), lintAllEsApis: true },
    },
    { rules: Object.fromEntries(ALSO_OF_ARRAYS.map((name) => [`es-x/no-iterator-prototype-${name}`, 'off'])) },
    {
      plugins: { compat },
      rules: {
        'compat/compat': 'error',
        'no-restricted-globals': ['error', ...YOUNGER_GLOBALS],
        'no-restricted-properties': [
          'error',
          ...YOUNGER_MEMBERS.map((property) => ({ property })),
          ...YOUNGER_STATICS.map(([object, property]) => ({ object, property })),
        ],
      },
    },
  ],
});

/** What an engine of then would not know. */
async function tooNew(code: string): Promise<readonly string[]> {
  const results = await eslint.lintText(code, { filePath: join(process.cwd(), 'one-file.js') });
  return results.flatMap(({ messages }) => messages.map(({ column, message }) => `${column}: ${message}`));
}

describe('The script-tag file', () => {
  it('holds nothing that the oldest promised engines do not know', async () => {
    assert.deepEqual(await tooNew(await scriptTagFile()), []);
  });

  for (const code of [
    'using file = open();',
    'class A { @decorated field }',
    'const pattern = /[\\p{L}--[a-z]]/v;',
    '[3, 1].toSorted();',
    'Object.groupBy([], String);',
    'Promise.withResolvers();',
    'new Set([1]).union(new Set());',
    'Iterator.from([]).take(1);',
    "'x'.isWellFormed();",
    "URL.canParse('/');",
    'AbortSignal.any([]);',
    'new CloseWatcher();',
    'new EyeDropper();',
    'element.showPopover();',
  ]) {
    it(`would be found to hold ${code}`, async () => {
      assert.notDeepEqual(await tooNew(code), []);
    });
  }
});
