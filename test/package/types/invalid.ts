/** Nothing here must compile against the published types. */
import 'vitumob-pay';
import { createTestBackend } from 'vitumob-pay/testing';

const element = document.createElement('vitumob-pay');

// @ts-expect-error -- no such property
element.orderNumber = '1234567891';

// @ts-expect-error -- the element alone decides what state it is in
element.state = 'paid';

element.addEventListener('push-success', (event) => {
  // @ts-expect-error -- the token is in no event
  console.log(event.detail.accessToken);
});

element.addEventListener('push-failure', (event) => {
  // @ts-expect-error -- no such reason
  console.log(event.detail.reason === 'bad-luck');
});

document.body.addEventListener('push-success', (event) => {
  // @ts-expect-error -- the names are claimed on the element alone, not on every one
  console.log(event.detail);
});

const backend = createTestBackend();
// @ts-expect-error -- no such outcome
backend.next('payed');
// @ts-expect-error -- only a push is told of an expired token
backend.fail('token', 'token-expired');
