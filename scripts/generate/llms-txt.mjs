/**
 * `llms.txt`, for assistants that write code. The template (`llms.md`) has the prose; the names come from the manifest, and
 * entry points, reasons, pages and the list of do's and don'ts from the README and the reference.
 *
 * @param {string} template
 * @param {{ modules: object[] }} manifest
 * @param {string} readme
 * @param {string} reference
 */
export function llmsTxt(template, manifest, readme, reference) {
  const tableOf = (head) => fromDist(table(reference, head));
  const element = manifest.modules.flatMap((module) => module.declarations ?? []).find((it) => it.customElement);
  const { members, events, slots, cssParts, cssProperties, cssStates } = element;
  const fields = members.filter(({ kind }) => kind === 'field');
  const methods = members.filter(({ kind }) => kind === 'method');
  const list = (items, name) =>
    items.map((it) => `- \`${name(it)}\`: ${it.description.replace(/\s+/g, ' ')}`).join('\n');
  const given = ({ attribute, name, type }) => [attribute, `${name}: ${type.text}`].filter(Boolean).join('` / `');

  const filled = {
    'entry-points': tableOf('| import '),
    properties: list(fields, given),
    methods: list(methods, ({ name, parameters = [] }) => `${name}(${parameters.map((it) => it.name).join(', ')})`),
    events: list(events, ({ name }) => name),
    'event-details': tableOf('| event '),
    'push-failure-reasons': tableOf('| `push-failure` reason '),
    'payment-failure-reasons': tableOf('| `payment-failure` reason '),
    states: names(cssStates),
    parts: names(cssParts),
    slots: names(slots),
    'css-properties': names(cssProperties),
    pages: pages(readme),
    rules: rules(readme),
  };
  return template.replace(/\{\{([\w-]+)\}\}/g, (_, name) => {
    if (!(name in filled)) throw new Error(`scripts/generate/llms.md asks for ${name}, which nobody generates.`);
    return filled[name];
  });
}

const names = (of) => of.map(({ name }) => `\`${name}\``).join(', ');

/** The Markdown table whose first row begins with `head`. */
function table(markdown, head) {
  const found = markdown.split('\n\n').find((block) => block.replace(/ +/g, ' ').startsWith(head));
  if (!found) throw new Error(`There is no table "${head.trim()}" any more: llms.txt has it from there.`);
  return found
    .trim()
    .split('\n')
    .map((line) => line.replace(/ {2,}/g, ' ').replace(/-{4,}/g, '---'))
    .join('\n');
}

/** The reference is in docs, and this file is in dist. */
const fromDist = (markdown) => markdown.replace(/\]\((?![a-z]+:|#)/g, '](../docs/');

/** The README's list of them, without those that are not published. */
function pages(readme) {
  const lines = readme.split('\n').filter((line) => line.startsWith('- [docs/') && !line.includes('decisions'));
  if (!lines.length) throw new Error('The README lists no pages any more: llms.txt has them from there.');
  return lines.join('\n').replaceAll('](docs/', '](../docs/');
}

/** The README's list of do's and don'ts. */
function rules(readme) {
  const [, list] = /^## Do and don't\n+([^]*?)\n+## /m.exec(readme) ?? [];
  if (!list) throw new Error("The README has no list of do's and don'ts any more: llms.txt has it from there.");
  return list;
}
