/**
 * The list of hints in docs/troubleshooting.md, from src/dev/hints. It stands between `<!-- generated:hints -->` and
 * `<!-- /generated -->`.
 *
 * @param {string} page
 * @param {readonly import('../../src/dev/hints/index.js').Hint[]} hints
 */
export function updateTroubleshooting(page, hints) {
  const marker = /(<!-- generated:hints -->)[^]*?(<!-- \/generated -->)/;
  if (!marker.test(page)) throw new Error('docs/troubleshooting.md lacks the markers <!-- generated:hints -->.');
  const list = Object.entries(titles).map(([type, title]) => {
    const own = hints.filter((hint) => hint.type === type);
    return own.length ? `### ${title}\n\n${own.map(word).join('\n')}` : '';
  });
  return page.replace(marker, (_, opening, closing) => `${opening}\n\n${list.join('\n\n')}\n\n${closing}`);
}

/** @type {Record<import('../../src/dev/hints/index.js').Hint['type'], string>} */
const titles = {
  setup: 'On load',
  blocked: 'When the browser blocks a request',
  answer: 'When an endpoint answers',
  'push-failure': 'At `push-failure`',
  'token-expired': 'At `token-expired`',
  'push-success': 'At `push-success`',
  'payment-failure': 'At `payment-failure`',
  'payment-unconfirmed': 'At `payment-unconfirmed`',
};

const escape = (text) => text.replace(/`[^`]*`|[<>*_]/g, (found) => (found.length > 1 ? found : `\\${found}`));
const word = ({ name, symptom, meaning, cause, certain, fix }) =>
  `- **${name}** (${symptom}). ${escape(meaning)} _${certain ? 'Cause' : 'Likely cause'}:_ ${escape(cause)} _Fix:_ ${escape(fix)}`;
