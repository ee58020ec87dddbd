import { styles } from './styles.js';

/** A style sheet belongs to one document, and is left behind on the way to another. */
export function adoptStyles({ ownerDocument, shadowRoot }: Element): void {
  const view = ownerDocument.defaultView;
  if (!view || !shadowRoot) return;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(styles.cssText);
  shadowRoot.adoptedStyleSheets = [sheet];
}

/** The root of an element that was made in another document: as Lit does it, which would share its own document's sheets. */
export function attachRoot(host: Element): ShadowRoot {
  const root = host.attachShadow({ mode: 'open' });
  adoptStyles(host);
  return root;
}
