/* What the checkout needs of the shop around it. */
const parameters = new URL(location.href).searchParams;
const order = parameters.get('order');
const payments = `${parameters.get('backend')}/payments/mpesa`;

const tell = (event, what) => {
  const item = document.createElement('li');
  item.textContent = `${event} ${what}`;
  document.querySelector('#events').append(item);
};

const onClick = (id, listener) => document.querySelector(id).addEventListener('click', listener);

onClick('#raise', () => (checkout.amount = String(Number(checkout.amount) + 50)));
onClick('#rename', () => (checkout.messages = { heading: `${checkout.messages.heading}!` }));
onClick('#toggle', () => {
  if (checkout.isConnected) checkout.remove();
  else document.querySelector('#events').before(checkout);
});
