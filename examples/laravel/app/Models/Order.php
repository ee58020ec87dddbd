<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Model;

/** Put these columns on an order of yours. */
class Order extends Model
{
    /** Without those that are taken for another when they are read out or copied by hand. */
    private const LETTERS = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

    protected $fillable = ['amount', 'phone'];

    protected $casts = ['amount' => 'decimal:2', 'paid_at' => 'datetime'];

    protected static function booted()
    {
        static::creating(function (Order $order) {
            $order->name = self::newName();
        });
    }

    /**
     * What the customer reads in the prompt, and quotes to the shop. M-Pesa shows 12 characters at most. It cannot be guessed:
     * whoever has it may ask whether the order is paid.
     */
    private static function newName(): string
    {
        $name = '';
        while (strlen($name) < 10) {
            $name .= self::LETTERS[random_int(0, strlen(self::LETTERS) - 1)];
        }
        return $name;
    }

    /** A plain decimal such as 1250 or 48744.50, as the tag and the server take it. */
    public function getPriceAttribute(): string
    {
        return preg_replace('/\.00$/', '', $this->amount);
    }
}
