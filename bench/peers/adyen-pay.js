// Adyen's MB WAY component, which has the same job in Portugal: a phone number, a prompt on the phone, and polling. It stands
// in a tag, so that pages of the benchmark are alike; the session flow is the one that Adyen's documentation begins with.

import { AdyenCheckout, MBWay } from '@adyen/adyen-web';
import '@adyen/adyen-web/styles/adyen.css';

const PAID = /Payment Successful|successful/i;
const checkouts = new Map();

/** One for each backend, as a page has one. */
function checkoutAt(url) {
  const made = checkouts.get(url) ?? createCheckout(url);
  checkouts.set(url, made);
  return made;
}

const createCheckout = (url) =>
  AdyenCheckout({
    environment: 'test',
    // Adyen wants "test" in the URL of a test environment.
    _environmentUrls: { api: url, analytics: url, cdn: { images: url, translations: url } },
    clientKey: 'test_BENCH',
    locale: 'en-US',
    countryCode: 'PT',
    analytics: { enabled: false },
    session: { id: 'CS1', sessionData: 'data' },
    showPayButton: true,
  });

class AdyenPay extends HTMLElement {
  async connectedCallback() {
    const checkout = await checkoutAt(this.getAttribute('adyen-url'));
    if (!this.isConnected || this.firstElementChild) return;
    const place = document.createElement('div');
    this.append(place);
    const told = new Set();
    const tell = (type) => {
      if (told.has(type)) return;
      told.add(type);
      this.dispatchEvent(new CustomEvent(type, { bubbles: true }));
    };
    new MutationObserver(() => {
      if (place.querySelector('.adyen-checkout__await')) tell('push-success');
      if (told.has('push-success') && PAID.test(place.textContent)) tell('payment-success');
    }).observe(place, { subtree: true, childList: true, characterData: true });
    new MBWay(checkout).mount(place);
  }
}

customElements.define('adyen-pay', AdyenPay);
