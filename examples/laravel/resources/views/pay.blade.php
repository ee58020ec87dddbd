<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Order {{ $order->name }}</title>
    <script src="{{ asset('vitumob-pay.min.js') }}" defer></script>
  </head>
  <body>
    <h1>Order {{ $order->name }}</h1>
    @if ($order->paid_at)
      <p>Paid. Thank you! {{ $order->receipt }}</p>
    @else
      <x-vitumob-pay :order="$order" />
      <script>
        // Until the shop has heard of it from the server, the card shows the receipt.
        document.addEventListener('payment-success', () => location.assign('?paid'));
      </script>
    @endif
  </body>
</html>
