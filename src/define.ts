/** Registers `<vitumob-pay>`, and leaves the name to whoever has it. */

import { VitumobPayElement } from './element/vitumob-pay-element.js';

declare global {
  interface HTMLElementTagNameMap {
    'vitumob-pay': VitumobPayElement;
  }
}

/** Registers the tag and answers what stood in the way, or nothing where nobody need be told. */
function define(): string {
  const registry = globalThis.customElements as CustomElementRegistry | null | undefined;
  // Neither has a server's, nor the script of a browser extension.
  if (!registry) return typeof document === 'undefined' ? '' : 'no customElements here. Load it in the page itself';
  const other = registry.get('vitumob-pay') as { version?: string } | undefined;
  // The same version twice does no harm.
  if (other?.version === VitumobPayElement.version) return '';
  if (other) return `${other.version ?? 'another class'} has the name. Load one of the two`;
  try {
    customElements.define('vitumob-pay', VitumobPayElement);
    return '';
  } catch (error) {
    // The class may be registered under another name: for that, it has to be extended.
    return String(error);
  }
}

const problem = define();
if (problem) console.warn(`<vitumob-pay> ${VitumobPayElement.version} is not registered: ${problem}.`);
