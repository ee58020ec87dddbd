<?php

namespace App\Http\Controllers;

use App\Models\Order;
use App\Support\StandardWebhooks;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;

class VitumobPayController
{
    /** The page on which an order is paid. If customers sign in, look the order up among those of `$request->user()`. */
    public function pay(string $name)
    {
        return response()->view('pay', ['order' => $this->find(Order::query(), $name)])->header('Cache-Control', 'no-store');
    }

    /** ORDERS_URL: what an order costs. */
    public function order(string $name)
    {
        $order = $this->find(Order::query(), $name);
        return response()
            ->json(['amount' => $order->price])
            ->header('Cache-Control', 'no-store');
    }

    /** WEBHOOK_URL: what became of a payment. Answers 2xx once it is in the database; until then it is told again. */
    public function events(Request $request)
    {
        $id = (string) $request->header('webhook-id');
        $isSigned = StandardWebhooks::isSigned(
            (string) config('vitumob-pay.webhook_secret'),
            $id,
            (string) $request->header('webhook-timestamp'),
            (string) $request->header('webhook-signature'),
            $request->getContent(),
            time()
        );
        abort_unless($isSigned, 401, 'The signature, or the time of it, is wrong');

        $event = json_decode($request->getContent(), true);
        $type = $event['type'] ?? null;
        $data = $event['data'] ?? [];
        $isEvent = is_string($type) && is_string($data['order_id'] ?? null) && is_string($data['amount'] ?? null);
        abort_unless($isEvent, 400, 'This is no event of a payment');

        DB::transaction(function () use ($id, $type, $data) {
            // First of all: of two requests with one event, the second waits here, and then has nothing to do.
            if (!DB::table('payment_events')->insertOrIgnore(['id' => $id, 'received_at' => now()])) {
                return;
            }
            // Locked, so that events of one order wait for each other.
            $order = $this->find(Order::lockForUpdate(), $data['order_id']);
            $this->settle($order, $type, $data['amount'], $data['receipt'] ?? '');
            $order->save();
        });
        return response()->noContent();
    }

    private function find($orders, string $name): Order
    {
        $order = $orders->where('name', $name)->first();
        // Databases compare without letter case, and an order has one name.
        abort_unless($order && $order->name === $name, 404, 'There is no such order');
        return $order;
    }

    private function settle(Order $order, string $type, string $amount, string $receipt): void
    {
        $what = "KES $amount, M-Pesa receipt " . ($receipt ?: 'not known yet');
        if ($type === 'payment.review') {
            $order->problem .= "Nobody can tell whether this is paid. Look it up in the M-Pesa portal: $what.\n";
        } elseif ($type === 'payment.paid_again' || ($type === 'payment.paid' && $order->paid_at)) {
            $order->problem .= "Paid a second time. Give it back: $what.\n";
        } elseif ($type === 'payment.paid' && $amount !== $order->price) {
            $order->problem .= "Paid, but the order costs KES $order->price now: $what.\n";
        } elseif ($type === 'payment.paid') {
            $order->paid_at = now();
            $order->receipt = $receipt;
            // Deliver by a job that is dispatched after the commit.
        }
        // Of payment.failed there is nothing to do: the customer may try again.
    }
}
