/**
 * Writes what is generated from the source:
 *
 * - into the repository: the reference's tables, the list of hints, the README's script tag, sizes and words on the release,
 *   and the version that the element says it is of. With `--check` it writes none of them, and fails if one is not what would be written.
 * - with `--dist`, as the last step of `npm run build`, into `dist`: the manifest, the editors' data and `llms.txt`.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration';
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration';
import { format, resolveConfig } from 'prettier';
import { tsImport } from 'tsx/esm/api';
import { build } from 'vite';
import { integrityOf } from '../../build/integrity.mjs';
import { llmsTxt } from './llms-txt.mjs';
import { IS_PUBLISHED } from './published.mjs';
import { reactBytes } from './react-size.mjs';
import { updateReadme } from './readme.mjs';
import { updateReference } from './reference.mjs';
import { updateTroubleshooting } from './troubleshooting.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));

const read = (name) => readFileSync(name, 'utf8');
const formatted = async (filepath, text) => format(text, { ...(await resolveConfig(filepath)), filepath });

const config = 'scripts/generate/manifest.config.mjs';
const manifest = await cli({ argv: ['analyze', '--quiet', '--config', config], noWrite: true });
const reference = await formatted('docs/reference.md', updateReference(read('docs/reference.md'), manifest));

if (process.argv.includes('--dist')) writeDist();
else await updateRepository(process.argv.includes('--check'));

function writeDist() {
  // Both generators can only write files, and leave the last line without its end.
  const outdir = 'node_modules/.cache/generated';
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  generateVsCodeCustomElementData(manifest, { outdir, cssFileName: null, hideLogs: true });
  generateJetBrainsWebTypes(manifest, { outdir, packageJson: false, hideLogs: true });
  const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
  const files = {
    'custom-elements.json': json(manifest),
    'vscode.html-custom-data.json': json(JSON.parse(read(`${outdir}/vscode.html-custom-data.json`))),
    'web-types.json': json(JSON.parse(read(`${outdir}/web-types.json`))),
    'llms.txt': llmsTxt(read('scripts/generate/llms.md'), manifest, read('README.md'), reference),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(`dist/${name}`, text);
}

async function updateRepository(isCheck) {
  const { version } = JSON.parse(read('package.json'));
  const versionModule = `/** Of the package, by \`npm run generate\`. */\nexport const VERSION = '${version}';\n`;
  // Before the build, which has it in it.
  if (!isCheck) writeFileSync('src/version.ts', versionModule);

  // The build is reproducible, so the file's hash is known before `npm run build` has written it.
  const [{ output }] = [await build({ logLevel: 'error', build: { write: false } })].flat();
  const { code } = output.find(({ fileName }) => fileName === 'vitumob-pay.min.js');

  const { HINTS } = await tsImport('../../src/dev/hints/index.ts', import.meta.url);
  const troubleshooting = updateTroubleshooting(read('docs/troubleshooting.md'), HINTS);

  const bytes = { file: brotliCompressSync(code).length, react: await reactBytes() };
  const readme = updateReadme(read('README.md'), version, integrityOf(code), bytes, IS_PUBLISHED);

  const files = {
    'src/version.ts': versionModule,
    'docs/reference.md': reference,
    'docs/troubleshooting.md': await formatted('docs/troubleshooting.md', troubleshooting),
    'README.md': await formatted('README.md', readme),
  };
  const stale = Object.keys(files).filter((name) => read(name) !== files[name]);
  if (!isCheck) {
    for (const name of stale) writeFileSync(name, files[name]);
    console.log(stale.length ? `Wrote ${stale.join(', ')}.` : 'Everything generated is up to date.');
  } else if (stale.length) {
    console.error(`Out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`);
    process.exitCode = 1;
  }
}
