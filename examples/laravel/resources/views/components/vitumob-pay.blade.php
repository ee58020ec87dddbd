@props(['order'])
@php($payments = rtrim(config('vitumob-pay.server'), '/') . '/payments/mpesa')
<vitumob-pay
  order-id="{{ $order->name }}"
  amount="{{ $order->price }}"
  phone="{{ $order->phone }}"
  token-url="{{ $payments }}/token"
  push-url="{{ $payments }}/payment/push/request"
  status-url="{{ $payments }}/status"
></vitumob-pay>
