'use client';

import type { Messages } from 'vitumob-pay';
import { VitumobPay } from 'vitumob-pay/react';

interface Props {
  order: string;
  amount: number;
  messages: Partial<Messages>;
  payments: string;
  tell: (event: string, what: string) => void;
}

export function Checkout({ order, amount, messages, payments, tell }: Props) {
  return (
    <VitumobPay
      orderId={order}
      amount={String(amount)}
      tokenUrl={`${payments}/token`}
      pushUrl={`${payments}/payment/push/request`}
      statusUrl={`${payments}/status`}
      messages={messages}
      onPushSuccess={({ detail }) => tell('push-success', detail.paymentId)}
      onPushFailure={({ detail }) => tell('push-failure', detail.reason)}
      onPaymentSuccess={({ detail }) => tell('payment-success', detail.receipt ?? '')}
      onPaymentFailure={({ detail }) => tell('payment-failure', detail.reason)}
      onStateChange={({ detail }) => tell('state-change', detail.state)}
    />
  );
}
