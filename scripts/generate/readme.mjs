/**
 * The README's script tag, with the version that it loads and the hash of that version's file; the size of that file, and that of
 * React beside it; without what the README says until the package is published, once it is.
 *
 * @param {string} readme
 * @param {string} version
 * @param {string} integrity
 * @param {{ file: number, react: number }} bytes with brotli
 * @param {boolean} isPublished
 */
export function updateReadme(readme, version, integrity, bytes, isPublished) {
  const tag = /(\/vitumob-pay@)[^/]+(\/dist\/vitumob-pay\.min\.js"\s+integrity=")[^"]*/;
  if (!tag.test(readme)) throw new Error('README.md has no script tag with a version and an integrity hash.');
  const size = /(`vitumob-pay\.min\.js` is )\d+( kB with brotli)/;
  if (!size.test(readme)) throw new Error('README.md does not say how large `vitumob-pay.min.js` is.');
  const react = /(React with React DOM, without any checkout,\s+is )\d+( kB)/;
  if (!react.test(readme)) throw new Error('README.md does not say how large React is.');
  const unpublished = /<!-- until-published -->[^]*?<!-- \/until-published -->\n*/g;
  if (!isPublished && !readme.includes('<!-- until-published -->'))
    throw new Error('README.md does not say that the package is not on npm.');
  const current = readme
    .replace(tag, `$1${version}$2${integrity}`)
    .replace(size, `$1${Math.ceil(bytes.file / 1000)}$2`)
    .replace(react, `$1${Math.floor(bytes.react / 1000)}$2`);
  return isPublished ? current.replace(unpublished, '') : current;
}
