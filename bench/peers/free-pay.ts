/** The least that does the job, without a library: field, number, token, push, polling. What the widget is measured against. */

const POLL_MS = 2_000;

/** Made at the first use, as the widget does. */
let format: Intl.NumberFormat | undefined;
const shillings = (amount: string): string => {
  format ??= new Intl.NumberFormat('en-KE', { style: 'currency', currency: 'KES', maximumFractionDigits: 0 });
  return format.format(Number(amount));
};

interface PushAnswer {
  readonly payment_id: string;
  readonly daraja_response: { readonly ResponseCode: string };
}

interface StatusAnswer {
  readonly Body?: { readonly stkCallback: { readonly ResultCode: number } };
}

class FreePay extends HTMLElement {
  readonly #root = this.attachShadow({ mode: 'open' });

  connectedCallback(): void {
    if (this.#root.hasChildNodes()) return;
    this.#root.innerHTML = `
      <style>
        :host { display: block; max-inline-size: 26em; }
        form { display: grid; gap: 1em; padding: 1.25em; border: 1px solid gray; border-radius: 0.75em; }
        input, button { font: inherit; min-block-size: 3em; padding: 0.375em 0.875em; }
        button { background: #08723a; color: white; border: 0; }
      </style>
      <form novalidate>
        <h2>Pay with M-Pesa <span></span></h2>
        <label for="phone">M-Pesa number</label>
        <input id="phone" type="tel" autocomplete="tel" name="phone">
        <p role="alert"></p>
        <button>Pay</button>
        <p role="status">The phone will ask for the M-Pesa PIN.</p>
      </form>`;
    this.#part('span').textContent = shillings(this.#attribute('amount'));
    this.#part('form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#pay();
    });
    this.#input.addEventListener('input', () => {
      this.#part('[role=alert]').textContent = '';
    });
  }

  #part(selector: string): Element {
    return this.#root.querySelector(selector) as Element;
  }

  get #input(): HTMLInputElement {
    return this.#part('input') as HTMLInputElement;
  }

  get #button(): HTMLButtonElement {
    return this.#part('button') as HTMLButtonElement;
  }

  #say(text: string): void {
    this.#part('[role=status]').textContent = text;
  }

  async #pay(): Promise<void> {
    const digits = this.#input.value.replace(/\D/g, '');
    const number = /^(?:254|0)?([17]\d{8})$/.exec(digits)?.[1];
    if (!number) {
      this.#part('[role=alert]').textContent = 'Not a Kenyan mobile number.';
      return;
    }
    this.#button.disabled = true;
    this.#say('Sending…');
    try {
      const { access_token } = (await (await fetch(this.#attribute('token-url'))).json()) as { access_token: string };
      const order = {
        order_id: this.getAttribute('order-id'),
        user_phone_number: `254${number}`,
        amount: this.getAttribute('amount'),
      };
      const response = await fetch(this.#attribute('push-url'), {
        method: 'POST',
        headers: { Authorization: access_token, 'Content-Type': 'application/json' },
        body: JSON.stringify({ order }),
      });
      const answer = (await response.json()) as PushAnswer;
      if (answer.daraja_response.ResponseCode !== '0') throw new Error('refused');
      this.#say('Check your phone and enter your PIN.');
      this.dispatchEvent(new CustomEvent('push-success', { bubbles: true }));
      void this.#poll(answer.payment_id, access_token);
    } catch {
      this.#say('That did not work.');
      this.#button.disabled = false;
    }
  }

  async #poll(paymentId: string, token: string): Promise<void> {
    const query = `?payment_id=${encodeURIComponent(paymentId)}`;
    const response = await fetch(this.#attribute('status-url') + query, { headers: { Authorization: token } });
    const answer = (await response.json()) as StatusAnswer;
    if (answer.Body) {
      this.#say(answer.Body.stkCallback.ResultCode === 0 ? 'Paid.' : 'Not paid.');
      this.dispatchEvent(new CustomEvent('payment-success', { bubbles: true }));
    } else setTimeout(() => void this.#poll(paymentId, token), POLL_MS);
  }

  #attribute(name: string): string {
    return this.getAttribute(name) ?? '';
  }
}

customElements.define('free-pay', FreePay);
