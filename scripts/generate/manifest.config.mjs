import { pathToFileURL } from 'node:url';
import { tsImport } from 'tsx/esm/api';

// As the globs below: from the root of the repository.
const { PROPERTIES } = await tsImport('./src/element/properties.ts', pathToFileURL(`${process.cwd()}/`).href);

/** Members that pages have no business with: view-only state, what is private, what is marked `@internal`. */
const isInternal = (member, hidden) =>
  hidden.has(member.name) ||
  member.name.startsWith('#') ||
  member.static ||
  ['private', 'protected'].includes(member.privacy) ||
  inherited.test(member.name);

const inherited =
  /^(?:(?:connected|disconnected|adopted|attributeChanged|form\w+)Callback|(?:add|remove)EventListener)$/;

const publicApiOnly = () => {
  const hidden = new Set();
  return {
    name: 'public-api-only',

    // The analyzer knows `state: true` from decorators alone, not from `static properties`.
    analyzePhase({ ts, node }) {
      if (ts.isPropertyDeclaration(node) && node.name.getText() === 'properties') {
        for (const property of node.initializer?.properties ?? []) {
          if (/\bstate: true\b/.test(property.getText())) hidden.add(property.name.getText());
        }
      }
      const tags = ts.isClassElement(node) ? ts.getJSDocTags(node) : [];
      if (tags.some((tag) => tag.tagName.text === 'internal')) hidden.add(node.name.getText());
    },

    packageLinkPhase({ customElementsManifest }) {
      for (const declaration of customElementsManifest.modules.flatMap((module) => module.declarations ?? [])) {
        if (!declaration.customElement) continue;
        declaration.members = declaration.members?.filter((member) => !isInternal(member, hidden));
        declaration.attributes = declaration.attributes?.filter(({ fieldName }) => !hidden.has(fieldName));
      }
    },
  };
};

/** The properties' attributes, from the table that makes the accessors: the analyzer reads no table. */
const attributes = () => ({
  name: 'attributes',
  packageLinkPhase({ customElementsManifest }) {
    for (const declaration of customElementsManifest.modules.flatMap((module) => module.declarations ?? [])) {
      if (!declaration.customElement) continue;
      declaration.attributes = [];
      for (const member of declaration.members ?? []) {
        const { attribute, reflect } = PROPERTIES[member.name] ?? {};
        if (!attribute) continue;
        const { type, description, default: byDefault, name } = member;
        Object.assign(member, { attribute }, reflect && { reflects: true });
        declaration.attributes.push({ name: attribute, type, description, default: byDefault, fieldName: name });
      }
    }
  },
});

/** Whoever reads the manifest has the published modules, not the source. */
const publishedPaths = () => ({
  name: 'published-paths',
  packageLinkPhase({ customElementsManifest }) {
    const published = (key, value) =>
      key === 'path' || key === 'module' ? value.replace(/^(?:\/?src|\.)\/(.*)\.[jt]s$/, 'dist/$1.js') : value;
    customElementsManifest.modules = JSON.parse(JSON.stringify(customElementsManifest.modules), published);
    for (const module of customElementsManifest.modules) {
      // `export type *` leaves nothing at run time.
      module.exports = module.exports?.filter(({ name }) => name !== '*');
    }
  },
});

export default {
  globs: ['src/index.ts', 'src/define.ts', 'src/element/vitumob-pay-element.ts'],
  litelement: true,
  packagejson: false,
  plugins: [publicApiOnly(), attributes(), publishedPaths()],
};
