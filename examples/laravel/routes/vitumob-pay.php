<?php

use App\Http\Controllers\VitumobPayController;
use Illuminate\Support\Facades\Route;

Route::get('/pay/{name}', [VitumobPayController::class, 'pay'])->name('pay');

// The server asks, not a browser: no session, and no CSRF token.
Route::withoutMiddleware('web')->group(function () {
    Route::get('/vitumob-pay/orders/{name}', [VitumobPayController::class, 'order']);
    Route::post('/vitumob-pay/events', [VitumobPayController::class, 'events']);
});
