import { createSignal, For, Show } from 'solid-js';
import { Checkout } from './Checkout';
import { events, order } from './shop';

export function App() {
  const [amount, setAmount] = createSignal(100);
  const [heading, setHeading] = createSignal('Pay the shop');
  const [shown, setShown] = createSignal(true);
  return (
    <>
      <h1>Your order</h1>
      <button id="raise" onClick={() => setAmount((before) => before + 50)}>
        Raise
      </button>
      <button id="toggle" onClick={() => setShown((before) => !before)}>
        Toggle
      </button>
      <button
        id="rename"
        onClick={() => setHeading((before) => (before === 'Pay the shop' ? 'Pay for the order' : 'Pay the shop'))}
      >
        Rename
      </button>
      <Show when={shown()}>
        <Checkout order={order} amount={amount()} messages={{ heading: heading() }} />
      </Show>
      <ol id="events">
        <For each={events()}>{(line) => <li>{line}</li>}</For>
      </ol>
    </>
  );
}
