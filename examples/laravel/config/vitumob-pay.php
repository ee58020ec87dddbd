<?php

return [
    'server' => env('VITUMOB_PAY_SERVER'), // https://pay.shop.example
    'webhook_secret' => env('VITUMOB_PAY_WEBHOOK_SECRET'), // whsec_…, WEBHOOK_SECRET of the server
];
