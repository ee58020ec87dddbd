const checkout = document.querySelector('vitumob-pay');
const log = (line) => {
  const item = document.createElement('li');
  item.textContent = line;
  document.querySelector('#events').append(item);
};

const parameters = new URL(location.href).searchParams;
const api = `${parameters.get('backend')}/payments/mpesa`;
checkout.setAttribute('order-id', parameters.get('order'));
checkout.setAttribute('amount', '100');
checkout.setAttribute('token-url', `${api}/token`);
checkout.setAttribute('push-url', `${api}/payment/push/request`);
checkout.setAttribute('status-url', `${api}/status`);
checkout.messages = { heading: 'Pay the shop' };

checkout.addEventListener('push-success', ({ detail }) => log(`push-success ${detail.paymentId}`));
checkout.addEventListener('payment-success', ({ detail }) => log(`payment-success ${detail.receipt}`));
checkout.addEventListener('payment-failure', ({ detail }) => log(`payment-failure ${detail.reason}`));
checkout.addEventListener('state-change', ({ detail }) => log(`state-change ${detail.state}`));

document.querySelector('#raise').addEventListener('click', () => {
  checkout.setAttribute('amount', String(Number(checkout.getAttribute('amount')) + 50));
});
document.querySelector('#rename').addEventListener('click', () => {
  const other = checkout.messages.heading === 'Pay the shop' ? 'Pay us' : 'Pay the shop';
  checkout.messages = { heading: other };
});
document.querySelector('#toggle').addEventListener('click', () => {
  if (checkout.isConnected) checkout.remove();
  else document.querySelector('#events').before(checkout);
});
