/**
 * Writes what is generated from the source: the manifest, the editors' data, the reference's tables, the list
 * of hints, the hash in the README's script tag, `llms.txt`, and the version that the element says it is of.
 * With `--check` it writes nothing, and fails where a committed file is not what would be written.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration';
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration';
import { format, resolveConfig } from 'prettier';
import { tsImport } from 'tsx/esm/api';
import { build } from 'vite';
import { integrityOf } from './integrity.mjs';
import { llmsTxt } from './llms-txt.mjs';
import { updateReadme } from './update-readme.mjs';
import { updateReference } from './update-reference.mjs';
import { updateTroubleshooting } from './update-troubleshooting.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const check = process.argv.includes('--check');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const read = (name) => {
  try {
    return readFileSync(name, 'utf8');
  } catch {
    return undefined;
  }
};

// Before the build, which has it in it.
const versionModule = `/** Of the package, by \`npm run generate\`. */\nexport const VERSION = '${version}';\n`;
if (!check && read('src/version.ts') !== versionModule) writeFileSync('src/version.ts', versionModule);

const manifest = await cli({ argv: ['analyze', '--quiet'], noWrite: true });
const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

// Both generators can only write files.
const outdir = 'node_modules/.cache/generated';
rmSync(outdir, { recursive: true, force: true });
mkdirSync(outdir, { recursive: true });
generateVsCodeCustomElementData(manifest, { outdir, cssFileName: null, hideLogs: true });
generateJetBrainsWebTypes(manifest, { outdir, packageJson: false, hideLogs: true });
const generated = (name) => json(JSON.parse(readFileSync(`${outdir}/${name}`, 'utf8')));

const reference = updateReference(readFileSync('docs/reference.md', 'utf8'), manifest);

// The build is reproducible, so the file's hash is known before `npm run build` has written it.
const [{ output }] = [await build({ logLevel: 'error', build: { write: false } })].flat();
const { code } = output.find(({ fileName }) => fileName === 'vitumob-pay.min.js');

const readme = updateReadme(readFileSync('README.md', 'utf8'), version, integrityOf(code));

const { HINTS } = await tsImport('../src/dev/hints.ts', import.meta.url);
const formatted = async (filepath, text) => format(text, { ...(await resolveConfig(filepath)), filepath });

const files = {
  'custom-elements.json': json(manifest),
  'vscode.html-custom-data.json': generated('vscode.html-custom-data.json'),
  'web-types.json': generated('web-types.json'),
  'docs/reference.md': await formatted('docs/reference.md', reference),
  'docs/troubleshooting.md': await formatted(
    'docs/troubleshooting.md',
    updateTroubleshooting(readFileSync('docs/troubleshooting.md', 'utf8'), HINTS),
  ),
  'README.md': readme,
  'src/version.ts': versionModule,
  'llms.txt': llmsTxt(manifest, readme, reference),
};

const stale = Object.keys(files).filter((name) => read(name) !== files[name]);

if (!check) {
  for (const name of stale) writeFileSync(name, files[name]);
  console.log(stale.length ? `Wrote ${stale.join(', ')}.` : 'Everything generated is up to date.');
} else if (stale.length) {
  console.error(`Out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`);
  process.exitCode = 1;
}
