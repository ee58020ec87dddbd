import { useState } from 'react';
import { Checkout } from './Checkout';

interface Props {
  order: string;
  payments: string;
}

export function Shop({ order, payments }: Props) {
  const [amount, setAmount] = useState(100);
  const [heading, setHeading] = useState('Pay the shop');
  const [shown, setShown] = useState(true);
  const [events, setEvents] = useState<string[]>([]);
  const tell = (event: string, what: string) => setEvents((lines) => [...lines, `${event} ${what}`]);

  return (
    <main>
      <h1>Your order</h1>
      {shown && <Checkout order={order} amount={amount} messages={{ heading }} payments={payments} tell={tell} />}
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
