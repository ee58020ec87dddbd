/**
 * Stands in for Lit's `css-tag.js` in the one file for script tags. Lit's own has a second way for browsers without
 * constructable style sheets, all of them older than those that the README names, and cares for styles that are put
 * together from pieces, which ours are not.
 */

export function css(strings: TemplateStringsArray): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(strings.join(''));
  return sheet;
}

export function adoptStyles(root: ShadowRoot, sheets: CSSStyleSheet[]): void {
  root.adoptedStyleSheets = sheets;
}

export const getCompatibleStyle = (sheet: CSSStyleSheet): CSSStyleSheet => sheet;

// Lit hands these on. Nothing in the file uses them, so they are not in it.
export const supportsAdoptingStyleSheets = true;
export const CSSResult = undefined;
export const unsafeCSS = undefined;
