/** The foot of the page: the way to all screens of the checkout. */

import { html, type TemplateResult } from 'lit';
import { DemoElement } from './demo-element.js';

class DemoFoot extends DemoElement {
  protected override render(): TemplateResult {
    return html`<a href="./demo/gallery/">${this.texts.gallery}</a>`;
  }
}

customElements.define('demo-foot', DemoFoot);
