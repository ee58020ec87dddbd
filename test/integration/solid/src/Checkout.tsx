import type { Messages } from 'vitumob-pay';
import 'vitumob-pay';
import type {} from 'vitumob-pay/types/solid';
import { payments, tell } from './shop';

export function Checkout(props: { order: string; amount: number; messages: Partial<Messages> }) {
  return (
    <vitumob-pay
      order-id={props.order}
      amount={String(props.amount)}
      token-url={`${payments}/token`}
      push-url={`${payments}/payment/push/request`}
      status-url={`${payments}/status`}
      messages={props.messages}
      on:push-success={({ detail }) => tell('push-success', detail.paymentId)}
      on:push-failure={({ detail }) => tell('push-failure', detail.reason)}
      on:payment-success={({ detail }) => tell('payment-success', detail.receipt ?? '')}
      on:payment-failure={({ detail }) => tell('payment-failure', detail.reason)}
      on:state-change={({ detail }) => tell('state-change', detail.state)}
    />
  );
}
