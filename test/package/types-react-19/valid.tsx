/** Everything here must compile with React 19's types. */
import { useRef } from 'react';
import type { VitumobPayElement } from 'vitumob-pay';
import { VitumobPay } from 'vitumob-pay/react';
import type { VitumobPayJSX } from 'vitumob-pay/types/react';

const shared: VitumobPayJSX = { 'order-id': '1', amount: '10' };

export function ByTag() {
  const checkout = useRef<VitumobPayElement>(null);
  return (
    <>
      <vitumob-pay
        {...shared}
        key="1"
        ref={checkout}
        id="checkout"
        class="checkout"
        lang="sw"
        hidden={false}
        style={{ maxInlineSize: '20rem' }}
        aria-label="M-Pesa"
        data-test="checkout"
        order-id="1234567891"
        amount="48744.15"
        max-amount="70000"
        phone="0712345678"
        token-url="/token"
        push-url="/push"
        status-url="/status"
        credentials="include"
        timeout={5000}
        prompt-window="60000"
        business="Duka"
        disabled
        name="payment"
        messages={{ heading: 'Pay Mama Njeri' }}
        onClick={(event) => {
          void event.currentTarget.pay();
        }}
        onpush-request={(event) => {
          event.preventDefault();
        }}
        onpush-success={({ detail }) => {
          const paymentId: string = detail.paymentId;
          console.log(paymentId);
        }}
        onpush-failure={({ detail }) => {
          console.log(detail.reason === 'timeout', detail.promptPossible);
        }}
        ontoken-expired={({ detail }) => {
          console.log(detail.willRetry);
        }}
        onpayment-success={({ detail }) => {
          const receipt: string | undefined = detail.receipt;
          console.log(receipt);
        }}
        onpayment-failure={({ detail }) => {
          console.log(detail.reason === 'cancelled');
        }}
        onpayment-unconfirmed={undefined}
        onstate-changeCapture={({ detail }) => {
          console.log(detail.state === 'paid', detail.previous);
        }}
      >
        <p slot="paid">Asante!</p>
      </vitumob-pay>
      <vitumob-pay
        className="checkout"
        orderId="1234567891"
        amount="10"
        maxAmount="70000"
        tokenUrl="/token"
        pushUrl="/push"
        statusUrl={undefined}
        promptWindow={60_000}
        disabled={false}
      />
    </>
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
      messages={{ pay: 'Send {amount}' }}
      onPushSuccess={({ detail }) => {
        const paymentId: string = detail.paymentId;
        console.log(paymentId);
      }}
      onStateChange={({ detail }) => {
        console.log(detail.state === 'paid');
      }}
    >
      <p slot="paid">Asante!</p>
    </VitumobPay>
  );
}

/** The order is on its way; until then the checkout has none. */
export const WhileLoading = ({ order }: { order?: { id: string; amount: string } }) => (
  <VitumobPay orderId={order?.id} amount={order?.amount} disabled={!order} />
);
