/**
 * The README's script tag, with the version that it loads and the hash of that version's file.
 *
 * @param {string} readme
 * @param {string} version
 * @param {string} integrity
 */
export function updateReadme(readme, version, integrity) {
  const tag = /(\/vitumob-pay@)[^/]+(\/dist\/vitumob-pay\.min\.js"\s+integrity=")[^"]*/;
  if (!tag.test(readme)) throw new Error('README.md has no script tag with a version and an integrity hash.');
  return readme.replace(tag, `$1${version}$2${integrity}`);
}
