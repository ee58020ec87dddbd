/** Everything here must compile with React 18's types. */
import { useRef } from 'react';
import type { VitumobPayElement } from 'vitumob-pay';
import { VitumobPay } from 'vitumob-pay/react';
import type {} from 'vitumob-pay/types/react';

export function ByTag() {
  const checkout = useRef<VitumobPayElement>(null);
  return (
    <vitumob-pay
      key="1"
      ref={checkout}
      class="checkout"
      lang="sw"
      order-id="1234567891"
      amount="10"
      max-amount="70000"
      phone="0712345678"
      token-url="/token"
      push-url="/push"
      status-url="/status"
      credentials="include"
      timeout={5000}
      prompt-window="60000"
      business="Duka"
      disabled=""
      name="payment"
      onClick={(event) => {
        void event.currentTarget.pay();
      }}
    >
      <p slot="paid">Asante!</p>
    </vitumob-pay>
  );
}

export function ByComponent() {
  const checkout = useRef<VitumobPayElement>(null);
  return (
    <VitumobPay
      ref={checkout}
      className="checkout"
      orderId="1234567891"
      amount="10"
      disabled={false}
      messages={{ pay: 'Send {amount}' }}
      onPushSuccess={({ detail }) => {
        const paymentId: string = detail.paymentId;
        console.log(paymentId);
      }}
    >
      <p slot="paid">Asante!</p>
    </VitumobPay>
  );
}

const everywhere: JSX.IntrinsicElements['vitumob-pay'] = { 'order-id': '1' };
console.log(everywhere);

/** The order is on its way; until then the checkout has none. */
export const WhileLoading = ({ order }: { order?: { id: string; amount: string } }) => (
  <VitumobPay orderId={order?.id} amount={order?.amount} disabled={!order} />
);
