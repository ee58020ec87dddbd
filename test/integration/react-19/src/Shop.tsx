import 'vitumob-pay';
import type {} from 'vitumob-pay/types/react';
import { useState } from 'react';
import { api, orderId } from './order';

export function Shop() {
  const [amount, setAmount] = useState(100);
  const [heading, setHeading] = useState('Pay the shop');
  const [shown, setShown] = useState(true);
  const [events, setEvents] = useState<string[]>([]);
  const log = (line: string) => setEvents((lines) => [...lines, line]);

  return (
    <main>
      <h1>Your order</h1>
      {shown && (
        <vitumob-pay
          order-id={orderId}
          amount={String(amount)}
          token-url={`${api}/token`}
          push-url={`${api}/payment/push/request`}
          status-url={`${api}/status`}
          messages={{ heading }}
          onpush-success={({ detail }) => log(`push-success ${detail.paymentId}`)}
          onpayment-success={({ detail }) => log(`payment-success ${detail.receipt ?? ''}`)}
          onpayment-failure={({ detail }) => log(`payment-failure ${detail.reason}`)}
          onstate-change={({ detail }) => log(`state-change ${detail.state}`)}
        />
      )}
      <button id="raise" onClick={() => setAmount(amount + 50)}>
        Add a book
      </button>
      <button id="rename" onClick={() => setHeading(`${heading}!`)}>
        Rename
      </button>
      <button id="toggle" onClick={() => setShown(!shown)}>
        {shown ? 'Hide' : 'Show'}
      </button>
      <ol id="events">
        {events.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ol>
    </main>
  );
}
