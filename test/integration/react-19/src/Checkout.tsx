import type { Messages } from 'vitumob-pay';
import 'vitumob-pay';
import type {} from 'vitumob-pay/types/react';

interface Props {
  order: string;
  amount: number;
  messages: Partial<Messages>;
  payments: string;
  tell: (event: string, what: string) => void;
}

export function Checkout({ order, amount, messages, payments, tell }: Props) {
  return (
    <vitumob-pay
      order-id={order}
      amount={String(amount)}
      token-url={`${payments}/token`}
      push-url={`${payments}/payment/push/request`}
      status-url={`${payments}/status`}
      messages={messages}
      onpush-success={({ detail }) => tell('push-success', detail.paymentId)}
      onpush-failure={({ detail }) => tell('push-failure', detail.reason)}
      onpayment-success={({ detail }) => tell('payment-success', detail.receipt ?? '')}
      onpayment-failure={({ detail }) => tell('payment-failure', detail.reason)}
      onstate-change={({ detail }) => tell('state-change', detail.state)}
    />
  );
}
