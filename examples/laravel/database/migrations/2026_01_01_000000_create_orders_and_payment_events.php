<?php

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration {
    public function up()
    {
        Schema::create('orders', function (Blueprint $table) {
            $table->id();
            $table->string('name', 10)->unique();
            $table->decimal('amount', 9, 2);
            $table->string('phone', 32)->default('');
            $table->timestamp('paid_at')->nullable();
            $table->string('receipt', 32)->default('');
            $table->text('problem')->nullable(); // What a person has to look into.
            $table->timestamps();
        });
        // Events that were handled: they may come again.
        Schema::create('payment_events', function (Blueprint $table) {
            $table->string('id')->primary();
            $table->timestamp('received_at');
        });
    }

    public function down()
    {
        Schema::dropIfExists('payment_events');
        Schema::dropIfExists('orders');
    }
};
