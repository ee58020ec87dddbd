/**
 * The reference's tables (docs/reference.md), out of the manifest. Each stands between its own two markers:
 * `<!-- generated:attributes -->` and `<!-- /generated -->`.
 *
 * @param {string} reference
 * @param {{ modules: object[] }} manifest
 */
export function updateReference(reference, manifest) {
  const element = manifest.modules.flatMap((module) => module.declarations ?? []).find((it) => it.customElement);
  if (!element) throw new Error('The manifest describes no custom element.');

  return Object.entries(tables).reduce((text, [name, table]) => {
    const marker = new RegExp(`(<!-- generated:${name} -->)[^]*?(<!-- /generated -->)`);
    if (!marker.test(text)) {
      throw new Error(`docs/reference.md lacks the markers <!-- generated:${name} --> … <!-- /generated -->.`);
    }
    return text.replace(marker, (_, opening, closing) => `${opening}\n\n${table(element)}\n\n${closing}`);
  }, reference);
}

const code = (text) => (text ? `\`${text}\`` : '');
const cell = (text = '') => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
const row = (cells) => `| ${cells.map(cell).join(' | ')} |`;
const toTable = (heads, rows) => [row(heads), row(heads.map(() => '---')), ...rows.map(row)].join('\n');
const type = (of) => code(of.type?.text);

const signature = ({ name, parameters = [], return: result }) => {
  const list = parameters.map((it) => `${it.name}${it.optional ? '?' : ''}: ${it.type?.text ?? 'unknown'}`);
  return code(`${name}(${list.join(', ')})${result?.type ? `: ${result.type.text}` : ''}`);
};

const named = (heads, list, toName = ({ name }) => code(name)) =>
  toTable(
    heads,
    (list ?? []).map((it) => [toName(it), it.description]),
  );

const tables = {
  attributes({ members = [], attributes = [] }) {
    const fields = members.filter(({ kind }) => kind === 'field');
    const alone = attributes.filter(({ fieldName }) => !fieldName);
    return toTable(
      ['Attribute', 'Property', 'Type', 'Default', 'Meaning'],
      [
        ...fields.map((it) => [
          code(it.attribute),
          code(it.name) + (it.readonly ? ' (read-only)' : ''),
          type(it),
          code(it.default),
          it.description,
        ]),
        ...alone.map((it) => [code(it.name), '', type(it), code(it.default), it.description]),
      ],
    );
  },
  methods: ({ members = [] }) =>
    named(
      ['Method', 'What it does'],
      members.filter(({ kind }) => kind === 'method'),
      signature,
    ),
  events: ({ events = [] }) =>
    toTable(
      ['Event', 'Type', 'When'],
      events.map((it) => [code(it.name), type(it), it.description]),
    ),
  slots: ({ slots }) => named(['Slot', 'Content'], slots, ({ name }) => code(name) || '(default)'),
  parts: ({ cssParts }) => named(['Part', 'What it is'], cssParts),
  'css-properties': ({ cssProperties = [] }) =>
    toTable(
      ['Property', 'Default', 'Meaning'],
      cssProperties.map((it) => [code(it.name), code(it.default), it.description]),
    ),
  states: ({ cssStates }) => named(['State', 'While'], cssStates, ({ name }) => code(`:state(${name})`)),
};
