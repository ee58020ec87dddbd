import { useState } from 'react';
import { VitumobPay } from 'vitumob-pay/react';
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
        <VitumobPay
          orderId={orderId}
          amount={String(amount)}
          tokenUrl={`${api}/token`}
          pushUrl={`${api}/payment/push/request`}
          statusUrl={`${api}/status`}
          messages={{ heading }}
          onPushSuccess={({ detail }) => log(`push-success ${detail.paymentId}`)}
          onPaymentSuccess={({ detail }) => log(`payment-success ${detail.receipt ?? ''}`)}
          onPaymentFailure={({ detail }) => log(`payment-failure ${detail.reason}`)}
          onStateChange={({ detail }) => log(`state-change ${detail.state}`)}
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
