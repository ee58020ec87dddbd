<?php

namespace App\Support;

/** Whether a webhook is signed by who shares the secret: https://www.standardwebhooks.com. It needs nothing but PHP. */
final class StandardWebhooks
{
    /** Seconds by which the clocks of the two servers may differ. */
    private const TOLERANCE = 300;

    /** `$secret` is `whsec_` and base64; `$body` is what came, as it came. */
    public static function isSigned(
        string $secret,
        string $id,
        string $timestamp,
        string $signatures,
        string $body,
        int $now
    ): bool {
        $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
        if (!$key || $id === '' || !preg_match('/^\d{1,12}$/D', $timestamp)) {
            return false;
        }
        if (abs($now - (int) $timestamp) > self::TOLERANCE) {
            return false;
        }
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
        // Several while a secret is being changed.
        foreach (explode(' ', $signatures) as $signature) {
            if (hash_equals($expected, $signature)) {
                return true;
            }
        }
        return false;
    }
}
