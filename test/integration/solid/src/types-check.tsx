/** Holds the package's declarations to what they promise; no page shows it. */

import type { StateName, VitumobPayElement } from 'vitumob-pay';

const onClick = (event: MouseEvent): number => event.clientX;
const text = (value: string): string => value;
const flag = (value: boolean): boolean => value;

export function Valid() {
  let element!: VitumobPayElement;
  const name = (): StateName => element.state;
  return (
    <>
      <vitumob-pay
        ref={element}
        id="checkout"
        class="checkout"
        style="color: green"
        title={name()}
        order-id="1234567891"
        amount="48744.15"
        max-amount="250000"
        timeout="30000"
        prompt-window={120_000}
        credentials="include"
        business={undefined}
        disabled
        lang="sw"
        messages={{ heading: 'Pay the shop' }}
        onClick={onClick}
        on:push-request={(event) => text(event.detail.phone) && event.preventDefault()}
        on:token-expired={{ handleEvent: ({ detail }) => flag(detail.willRetry), once: true }}
        on:push-failure={({ detail, currentTarget }) => flag(detail.promptPossible) && currentTarget.reset()}
        on:payment-unconfirmed={({ detail }) => text(detail.paymentId ?? '')}
      />
      <vitumob-pay orderId="1234567891" amount="1" promptWindow={1} disabled={false} />
      <vitumob-pay prop:orderId="1234567891" attr:amount="1" prop:messages={{ heading: 'Pay the shop' }} />
    </>
  );
}

export function Invalid() {
  return (
    <>
      {/* @ts-expect-error -- an amount is a text, so that no float touches it */}
      <vitumob-pay order-id="1" amount={48744.15} />
      {/* @ts-expect-error -- an order is named by a text */}
      <vitumob-pay order-id={1} amount="1" />
      {/* @ts-expect-error -- fetch knows no such mode */}
      <vitumob-pay order-id="1" amount="1" credentials="always" />
      {/* @ts-expect-error -- no text has this name */}
      <vitumob-pay order-id="1" amount="1" messages={{ headline: 'Pay' }} />
      {/* @ts-expect-error -- milliseconds are a number */}
      <vitumob-pay order-id="1" amount="1" timeout="soon" />
      {/* @ts-expect-error -- wrong as a property too */}
      <vitumob-pay order-id="1" prop:amount={1} />
      {/* @ts-expect-error -- the token is in no event */}
      <vitumob-pay order-id="1" amount="1" on:push-success={({ detail }) => text(detail.accessToken)} />
      {/* @ts-expect-error -- no such reason */}
      <vitumob-pay order-id="1" amount="1" on:push-failure={({ detail }) => flag(detail.reason === 'bad-luck')} />
      {/* @ts-expect-error -- the listener of another event */}
      <vitumob-pay order-id="1" amount="1" on:push-success={onClick} />
      {/* @ts-expect-error -- no such property */}
      <vitumob-pay order-id="1" amount="1" orderNumber="1" />
      {/* @ts-expect-error -- the element alone decides what state it is in */}
      <vitumob-pay order-id="1" amount="1" state="paid" />
    </>
  );
}
