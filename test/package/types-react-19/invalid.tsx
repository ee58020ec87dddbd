/** Nothing here must compile with React 19's types. TypeScript looks at no attribute with a hyphen that it does not know. */
import { VitumobPay } from 'vitumob-pay/react';
import type {} from 'vitumob-pay/types/react';

export const wrong = [
  // @ts-expect-error -- no such property
  <vitumob-pay orderNumber="1" />,
  // @ts-expect-error -- no float may come near an amount
  <vitumob-pay amount={10.1} />,
  // @ts-expect-error -- an order is named by a string
  <vitumob-pay order-id={1} />,
  // @ts-expect-error -- not fetch's word
  <vitumob-pay credentials="always" />,
  // @ts-expect-error -- no number of milliseconds
  <vitumob-pay timeout="soon" />,
  // @ts-expect-error -- true or false
  <vitumob-pay disabled="no" />,
  // @ts-expect-error -- no such text
  <vitumob-pay messages={{ headline: 'Pay' }} />,
  // @ts-expect-error -- the element alone decides what state it is in
  <vitumob-pay state="paid" />,
  // @ts-expect-error -- the component's name for it
  <vitumob-pay onPushSuccess={() => undefined} />,
  // @ts-expect-error -- a listener is a function
  <vitumob-pay onpush-success="pay()" />,
  <vitumob-pay
    onpush-success={({ detail }) => {
      // @ts-expect-error -- the token is in no event
      console.log(detail.accessToken);
    }}
    onpayment-failure={({ detail }) => {
      // @ts-expect-error -- no such reason
      console.log(detail.reason === 'bad-luck');
    }}
  />,
  // @ts-expect-error -- which order?
  <VitumobPay amount="10" />,
  // @ts-expect-error -- for how much?
  <VitumobPay orderId="1" />,
  // @ts-expect-error -- no such prop
  <VitumobPay orderId="1" amount="10" orderNumber="1" />,
  // @ts-expect-error -- no float may come near an amount
  <VitumobPay orderId="1" amount={10.1} />,
  <VitumobPay
    orderId="1"
    amount="10"
    onPushSuccess={({ detail }) => {
      // @ts-expect-error -- the token is in no event
      console.log(detail.accessToken);
    }}
  />,
];
