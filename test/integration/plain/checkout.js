const checkout = document.querySelector('vitumob-pay');

checkout.orderId = order;
checkout.amount = '100';
checkout.tokenUrl = `${payments}/token`;
checkout.pushUrl = `${payments}/payment/push/request`;
checkout.statusUrl = `${payments}/status`;
checkout.messages = { heading: 'Pay the shop' };

checkout.addEventListener('push-success', ({ detail }) => tell('push-success', detail.paymentId));
checkout.addEventListener('push-failure', ({ detail }) => tell('push-failure', detail.reason));
checkout.addEventListener('payment-success', ({ detail }) => tell('payment-success', detail.receipt ?? ''));
checkout.addEventListener('payment-failure', ({ detail }) => tell('payment-failure', detail.reason));
checkout.addEventListener('state-change', ({ detail }) => tell('state-change', detail.state));
