<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Support\Str;

/** Put these columns on an order of yours. */
class Order extends Model
{
    protected $fillable = ['amount', 'phone'];

    protected $casts = ['amount' => 'decimal:2', 'paid_at' => 'datetime'];

    protected static function booted()
    {
        // Not a number that can be guessed: whoever has it may ask whether the order is paid.
        static::creating(function (Order $order) {
            $order->name = (string) Str::uuid();
        });
    }

    /** A plain decimal such as 1250 or 48744.50, as the tag and the server take it. */
    public function getPriceAttribute(): string
    {
        return preg_replace('/\.00$/', '', $this->amount);
    }
}
