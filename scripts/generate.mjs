/**
 * Writes what is generated from the element's source: the manifest, the editors' data and the reference's tables.
 * With `--check` it writes nothing, and fails where a committed file is not what would be written.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cli } from '@custom-elements-manifest/analyzer/cli.js';
import { generateJetBrainsWebTypes } from 'custom-element-jet-brains-integration';
import { generateVsCodeCustomElementData } from 'custom-element-vs-code-integration';
import { format, resolveConfig } from 'prettier';
import { updateReference } from './update-reference.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

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
const files = {
  'custom-elements.json': json(manifest),
  'vscode.html-custom-data.json': generated('vscode.html-custom-data.json'),
  'web-types.json': generated('web-types.json'),
  'docs/reference.md': await format(reference, {
    ...(await resolveConfig('docs/reference.md')),
    filepath: 'docs/reference.md',
  }),
};

const read = (name) => {
  try {
    return readFileSync(name, 'utf8');
  } catch {
    return undefined;
  }
};
const stale = Object.keys(files).filter((name) => read(name) !== files[name]);

if (!process.argv.includes('--check')) {
  for (const name of stale) writeFileSync(name, files[name]);
  console.log(stale.length ? `Wrote ${stale.join(', ')}.` : 'Everything generated is up to date.');
} else if (stale.length) {
  console.error(`Out of date: ${stale.join(', ')}. Run \`npm run generate\` and commit what it writes.`);
  process.exitCode = 1;
}
