/**
 * The README's script tag, with the version that it loads and the hash of that version's file, and the size of that file;
 * without what it says until the package is published, once it is.
 *
 * @param {string} readme
 * @param {string} version
 * @param {string} integrity
 * @param {number} bytes of the file with brotli
 * @param {boolean} isPublished
 */
export function updateReadme(readme, version, integrity, bytes, isPublished) {
  const tag = /(\/vitumob-pay@)[^/]+(\/dist\/vitumob-pay\.min\.js"\s+integrity=")[^"]*/;
  if (!tag.test(readme)) throw new Error('README.md has no script tag with a version and an integrity hash.');
  const size = /(`vitumob-pay\.min\.js` is )\d+( kB with brotli)/;
  if (!size.test(readme)) throw new Error('README.md does not say how large `vitumob-pay.min.js` is.');
  const unpublished = /<!-- until-published -->[^]*?<!-- \/until-published -->\n*/g;
  if (!isPublished && !readme.includes('<!-- until-published -->'))
    throw new Error('README.md does not say that the package is not on npm.');
  const current = readme.replace(tag, `$1${version}$2${integrity}`).replace(size, `$1${Math.ceil(bytes / 1000)}$2`);
  return isPublished ? current.replace(unpublished, '') : current;
}
