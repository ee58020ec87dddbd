/** An element that takes over what a server has rendered of it. Not in the one file for script tags. */

import { isServer, LitElement } from 'lit';

export { isServer };

/** While an element takes over: it has to render what the server did, which knew its attributes and nothing around it. */
export let isHydrating = false;

export abstract class HydratableElement extends LitElement {
  /** What the customer has typed. */
  protected abstract draft: string | undefined;

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const served = this.shadowRoot;
    if (!served) return super.createRenderRoot();
    this.draft = served.querySelector('input')?.value;
    // What the page loads to have Lit hydrate.
    if (!('litElementHydrateSupport' in globalThis)) {
      served.replaceChildren();
      return super.createRenderRoot();
    }
    const root = super.createRenderRoot();
    Object.assign(this, { renderRoot: root });
    isHydrating = true;
    try {
      // At once, before the element is told that it is connected, and so learns what the server did not know.
      this.performUpdate();
    } catch (error) {
      console.warn('<vitumob-pay> is rendered anew: the server has another version of vitumob-pay', error);
      root.replaceChildren();
    } finally {
      isHydrating = false;
    }
    return root;
  }
}
