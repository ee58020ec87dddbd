/** The same job as a bare Lit element whose answers zod/mini checks: what the widget's own libraries cost. */

import { css, html, LitElement } from 'lit';
import { literal, looseObject, number, string } from 'zod/mini';

const POLL_MS = 2_000;

/** Made at the first use, as the widget does. */
let format: Intl.NumberFormat | undefined;
const shillings = (amount: string): string => {
  format ??= new Intl.NumberFormat('en-KE', { style: 'currency', currency: 'KES', maximumFractionDigits: 0 });
  return format.format(Number(amount));
};

const tokenSchema = looseObject({ access_token: string() });
const pushSchema = looseObject({ payment_id: string(), daraja_response: looseObject({ ResponseCode: literal('0') }) });
const callbackSchema = looseObject({ Body: looseObject({ stkCallback: looseObject({ ResultCode: number() }) }) });

class LitPay extends LitElement {
  static override readonly styles = css`
    :host {
      display: block;
      max-inline-size: 26em;
    }
    form {
      display: grid;
      gap: 1em;
      padding: 1.25em;
      border: 1px solid gray;
      border-radius: 0.75em;
    }
    input,
    button {
      font: inherit;
      min-block-size: 3em;
      padding: 0.375em 0.875em;
    }
    button {
      background: #08723a;
      color: white;
      border: 0;
    }
  `;

  static override readonly properties = {
    orderId: { attribute: 'order-id' },
    amount: {},
    tokenUrl: { attribute: 'token-url' },
    pushUrl: { attribute: 'push-url' },
    statusUrl: { attribute: 'status-url' },
    phone: { state: true },
    problem: { state: true },
    status: { state: true },
    busy: { state: true },
  };

  declare orderId: string;
  declare amount: string;
  declare tokenUrl: string;
  declare pushUrl: string;
  declare statusUrl: string;
  declare phone: string;
  declare problem: string;
  declare status: string;
  declare busy: boolean;

  constructor() {
    super();
    this.phone = this.problem = '';
    this.status = 'The phone will ask for the M-Pesa PIN.';
    this.busy = false;
  }

  protected override render() {
    return html`
      <form novalidate @submit=${this.#submit}>
        <h2>Pay with M-Pesa <span>${shillings(this.amount)}</span></h2>
        <label for="phone">M-Pesa number</label>
        <input id="phone" type="tel" autocomplete="tel" name="phone" .value=${this.phone} @input=${this.#type} />
        <p role="alert">${this.problem}</p>
        <button ?disabled=${this.busy}>Pay</button>
        <p role="status">${this.status}</p>
      </form>
    `;
  }

  readonly #type = ({ target }: Event): void => {
    this.phone = (target as HTMLInputElement).value;
    this.problem = '';
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    void this.#pay();
  };

  async #pay(): Promise<void> {
    const national = /^(?:254|0)?([17]\d{8})$/.exec(this.phone.replace(/\D/g, ''))?.[1];
    if (!national) {
      this.problem = 'Not a Kenyan mobile number.';
      return;
    }
    this.busy = true;
    this.status = 'Sending…';
    try {
      const { access_token } = tokenSchema.parse(await (await fetch(this.tokenUrl)).json());
      const order = { order_id: this.orderId, user_phone_number: `254${national}`, amount: this.amount };
      const response = await fetch(this.pushUrl, {
        method: 'POST',
        headers: { Authorization: access_token, 'Content-Type': 'application/json' },
        body: JSON.stringify({ order }),
      });
      const { payment_id } = pushSchema.parse(await response.json());
      this.status = 'Check your phone and enter your PIN.';
      this.dispatchEvent(new CustomEvent('push-success', { bubbles: true }));
      void this.#poll(payment_id, access_token);
    } catch {
      this.status = 'That did not work.';
      this.busy = false;
    }
  }

  async #poll(paymentId: string, token: string): Promise<void> {
    const url = `${this.statusUrl}?payment_id=${encodeURIComponent(paymentId)}`;
    const response = await fetch(url, { headers: { Authorization: token } });
    const { data } = callbackSchema.safeParse(await response.json());
    if (data) {
      this.status = data.Body.stkCallback.ResultCode === 0 ? 'Paid.' : 'Not paid.';
      await this.updateComplete;
      this.dispatchEvent(new CustomEvent('payment-success', { bubbles: true }));
    } else setTimeout(() => void this.#poll(paymentId, token), POLL_MS);
  }
}

customElements.define('lit-pay', LitPay);
