import { LitElement } from 'lit';
import { store, StoreController } from '../store.js';
import { TEXTS } from '../texts.js';

/**
 * A part of the page that shows the store. It renders into the page itself and not into a shadow root: the parts share one style sheet
 * and refer to each other by id.
 */
export abstract class DemoElement extends LitElement {
  constructor() {
    super();
    new StoreController(this, store);
  }

  /** The page's own words, in the language that is chosen. */
  protected get texts() {
    return TEXTS[store.state.settings.lang];
  }

  protected override createRenderRoot(): this {
    // What the built HTML shows until now.
    this.replaceChildren();
    return this;
  }
}
