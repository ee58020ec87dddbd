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

/** Takes over what a server has rendered; what is not the same is rendered anew. */
export function takeOver(root: Element | DocumentFragment, hydrate: () => void): void {
  try {
    hydrate();
  } catch (error) {
    console.warn('<vitumob-pay> is rendered anew: the server has another version', error);
    root.replaceChildren();
  }
}
