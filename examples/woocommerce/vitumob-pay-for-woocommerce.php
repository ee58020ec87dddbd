<?php
/**
 * Plugin Name: vitumob-pay for WooCommerce
 * Description: M-Pesa checkout (STK push) by <vitumob-pay> and a vitumob-pay-server of your own.
 * Version: 0.1.0
 * Requires at least: 6.4
 * Requires PHP: 8.1
 * Requires Plugins: woocommerce
 * License: MIT
 */

namespace VitumobPay;

defined('ABSPATH') || exit;

const ID = 'vitumob_pay';
/** Seconds by which the clocks of the two servers may differ. */
const TOLERANCE_S = 300;

// What an order is called, and what it costs.

/** Not the number alone: whoever has it may ask whether the order is paid. */
function order_id(\WC_Order $order): string
{
    return $order->get_id() . '-' . substr(hash_hmac('sha256', ID . $order->get_id(), $order->get_order_key()), 0, 16);
}

function find_order(string $order_id): ?\WC_Order
{
    $order = wc_get_order((int) $order_id);
    return $order instanceof \WC_Order && hash_equals(order_id($order), $order_id) ? $order : null;
}

/** A plain decimal such as 1250 or 48744.15. */
function amount(\WC_Order $order): string
{
    return wc_format_decimal($order->get_total(), 2, true);
}

function settings(): array
{
    return (array) get_option('woocommerce_' . ID . '_settings', []);
}

// What vitumob-pay-server asks and says. Standard Webhooks: https://www.standardwebhooks.com

/** Whether the server has signed this, and lately. */
function is_signed(string $secret, string $id, string $timestamp, string $signatures, string $body, int $now): bool
{
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret), true);
    if (!$key || $id === '' || !preg_match('/^\d{1,12}$/D', $timestamp) || abs($now - (int) $timestamp) > TOLERANCE_S) {
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

/** ORDERS_URL: what an order costs. An order that cannot be paid by M-Pesa (any more) is none. */
function answer_order(\WP_REST_Request $request): \WP_REST_Response
{
    $order = find_order((string) $request['order']);
    $payable = $order
        && $order->get_payment_method() === ID
        && $order->get_currency() === 'KES'
        && ($order->needs_payment() || $order->is_paid());
    $response = $payable
        ? new \WP_REST_Response(['amount' => amount($order), 'reference' => (string) $order->get_order_number()], 200)
        : new \WP_REST_Response(['error' => 'There is no such order to be paid by M-Pesa'], 404);
    $response->header('Cache-Control', 'no-store');
    return $response;
}

/** WEBHOOK_URL: what became of a payment. Answers 2xx once it is in the database; until then the server tells it again. */
function take_event(\WP_REST_Request $request): \WP_REST_Response
{
    $id = (string) $request->get_header('webhook-id');
    $signed = is_signed(
        (string) (settings()['secret'] ?? ''),
        $id,
        (string) $request->get_header('webhook-timestamp'),
        (string) $request->get_header('webhook-signature'),
        $request->get_body(),
        time()
    );
    if (!$signed) {
        return new \WP_REST_Response(['error' => 'The signature, or the time of it, is wrong'], 401);
    }
    $event = json_decode($request->get_body(), true);
    $data = $event['data'] ?? [];
    if (!is_string($event['type'] ?? null) || !is_string($data['order_id'] ?? null) || !is_string($data['amount'] ?? null)) {
        return new \WP_REST_Response(['error' => 'This is no event of a payment'], 400);
    }

    global $wpdb;
    $lock = ID . (int) $data['order_id'];
    if ($wpdb->get_var($wpdb->prepare('SELECT GET_LOCK(%s, 10)', $lock)) !== '1') {
        return new \WP_REST_Response(['error' => 'The order is locked; ask again'], 503);
    }
    try {
        $order = find_order($data['order_id']);
        if (!$order) {
            return new \WP_REST_Response(['error' => 'There is no such order'], 404);
        }
        $told = (array) ($order->get_meta('_vitumob_pay_events') ?: []);
        if (!in_array($id, $told, true)) {
            // Written with whatever saves the order next, so that it is never noted without its effect.
            $order->update_meta_data('_vitumob_pay_events', [...$told, $id]);
            settle($order, $event['type'], $data);
            $order->save();
        }
        return new \WP_REST_Response(null, 204);
    } finally {
        $wpdb->get_var($wpdb->prepare('SELECT RELEASE_LOCK(%s)', $lock));
    }
}

function settle(\WC_Order $order, string $type, array $data): void
{
    $receipt = is_string($data['receipt'] ?? null) ? $data['receipt'] : '';
    $what = 'KES ' . $data['amount'] . ', M-Pesa receipt ' . ($receipt ?: 'not known yet');
    if ($type === 'payment.failed') {
        return; // The customer may try again.
    }
    if ($type !== 'payment.paid') {
        $words = [
            'payment.paid_again' => 'M-Pesa: paid a second time. Give it back: %s.',
            'payment.review' => 'M-Pesa: nobody can tell whether this is paid. Look it up in the M-Pesa portal, and deliver nothing before: %s.',
        ];
        $order->add_order_note(esc_html(sprintf($words[$type] ?? "M-Pesa: $type: %s.", $what)));
    } elseif ($order->is_paid() || $order->get_date_paid()) {
        $order->add_order_note(esc_html("M-Pesa: a payment came for an order that was paid otherwise. Give one back: $what."));
    } elseif ($data['amount'] !== amount($order)) {
        $order->update_status('on-hold', esc_html("M-Pesa: paid, but the order costs KES " . amount($order) . " now: $what."));
    } else {
        if (!$order->payment_complete($receipt)) {
            throw new \RuntimeException('The order could not be marked as paid'); // The server tells it again.
        }
        $order->add_order_note(esc_html("M-Pesa: paid, $what."));
    }
}

add_action('rest_api_init', function () {
    register_rest_route('vitumob-pay/v1', '/orders/(?P<order>\d+-[0-9a-f]{16})', [
        'methods' => 'GET',
        'callback' => __NAMESPACE__ . '\answer_order',
        'permission_callback' => '__return_true', // Whoever has the order's name may know what it costs.
    ]);
    register_rest_route('vitumob-pay/v1', '/events', [
        'methods' => 'POST',
        'callback' => __NAMESPACE__ . '\take_event',
        'permission_callback' => '__return_true', // The signature says who asks.
    ]);
});

// The way to pay.

add_action('before_woocommerce_init', function () {
    foreach (['custom_order_tables', 'cart_checkout_blocks'] as $feature) {
        \Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility($feature, __FILE__, true);
    }
});

add_action('plugins_loaded', function () {
    if (!class_exists('WC_Payment_Gateway')) {
        return;
    }

    class Gateway extends \WC_Payment_Gateway
    {
        public function __construct()
        {
            $this->id = ID;
            $this->method_title = 'M-Pesa (vitumob-pay)';
            $this->method_description = 'The customer gets a prompt on the phone. It needs a vitumob-pay-server of yours.';
            $this->has_fields = false;
            $this->init_form_fields();
            $this->init_settings();
            $this->title = $this->get_option('title');
            $this->description = $this->get_option('description');
            add_action('woocommerce_update_options_payment_gateways_' . ID, [$this, 'process_admin_options']);
            add_action('woocommerce_receipt_' . ID, [$this, 'receipt_page']);
        }

        public function init_form_fields()
        {
            $text = fn (string $title, string $description, string $default = '') => [
                'title' => $title,
                'type' => 'text',
                'description' => $description,
                'default' => $default,
            ];
            $this->form_fields = [
                'enabled' => ['title' => 'M-Pesa', 'label' => 'Offer it', 'type' => 'checkbox', 'default' => 'no'],
                'title' => $text('Title', 'What the customer chooses', 'M-Pesa'),
                'description' => $text('Description', 'Below the title', 'You get a prompt on your phone, and enter your PIN there.'),
                'server' => $text('Server', 'The address of your vitumob-pay-server, such as https://pay.shop.example'),
                'business' => $text('Business', 'The name that M-Pesa shows in the prompt'),
                'secret' => ['type' => 'password'] + $text('Webhook secret', 'WEBHOOK_SECRET of the server: whsec_…'),
            ];
        }

        public function is_available()
        {
            return parent::is_available()
                && get_woocommerce_currency() === 'KES'
                && $this->get_option('server') !== ''
                && $this->get_option('secret') !== '';
        }

        /** The order is placed; it is paid on the page to which this leads. */
        public function process_payment($order_id)
        {
            return ['result' => 'success', 'redirect' => wc_get_order($order_id)->get_checkout_payment_url(true)];
        }

        public function receipt_page($order_id)
        {
            $order = wc_get_order($order_id);
            if (!$order || !$order->needs_payment() || $order->get_currency() !== 'KES') {
                return;
            }
            $endpoints = rtrim($this->get_option('server'), '/') . '/payments/mpesa';
            wp_enqueue_script('vitumob-pay', plugins_url('vitumob-pay.min.js', __FILE__), [], '0.1.0', true);
            wp_add_inline_script('vitumob-pay', sprintf(
                'document.addEventListener("payment-success", () => location.assign(%s));',
                wp_json_encode($order->get_checkout_order_received_url(), JSON_HEX_TAG | JSON_HEX_AMP)
            ));
            printf(
                '<vitumob-pay order-id="%s" amount="%s" phone="%s" business="%s" token-url="%s" push-url="%s" status-url="%s"></vitumob-pay>',
                esc_attr(order_id($order)),
                esc_attr(amount($order)),
                esc_attr($order->get_billing_phone()),
                esc_attr($this->get_option('business')),
                esc_url("$endpoints/token"),
                esc_url("$endpoints/payment/push/request"),
                esc_url("$endpoints/status")
            );
        }
    }

    add_filter('woocommerce_payment_gateways', fn (array $gateways) => [...$gateways, Gateway::class]);
});

// Optimisers leave a script with these attributes as it is.
add_filter('script_loader_tag', function ($tag, $handle) {
    $leave = 'data-cfasync="false" nowprocket data-noptimize="1" data-no-optimize="1" data-no-defer="1"';
    return $handle === 'vitumob-pay' ? str_replace('<script ', "<script $leave ", $tag) : $tag;
}, 10, 2);

// The checkout of blocks, WooCommerce's own since 8.3, asks each way to pay to name itself in the page too.
add_action('woocommerce_blocks_loaded', function () {
    if (!class_exists('Automattic\WooCommerce\Blocks\Payments\Integrations\AbstractPaymentMethodType')) {
        return;
    }

    class Block extends \Automattic\WooCommerce\Blocks\Payments\Integrations\AbstractPaymentMethodType
    {
        protected $name = ID;

        public function initialize()
        {
            $this->settings = settings();
        }

        public function is_active()
        {
            return isset(WC()->payment_gateways()->payment_gateways()[ID])
                && WC()->payment_gateways()->payment_gateways()[ID]->is_available();
        }

        public function get_payment_method_script_handles()
        {
            wp_register_script('vitumob-pay-block', '', ['wc-blocks-registry', 'wp-element'], '0.1.0', true);
            wp_add_inline_script('vitumob-pay-block', sprintf(
                '(({ name, title, description }) => {
                    const text = wp.element.createElement("span", null, description);
                    wc.wcBlocksRegistry.registerPaymentMethod({
                        name, label: title, ariaLabel: title, content: text, edit: text, canMakePayment: () => true,
                        supports: { features: ["products"] },
                    });
                })(%s);',
                wp_json_encode(
                    ['name' => ID, 'title' => $this->get_setting('title', 'M-Pesa'), 'description' => $this->get_setting('description')],
                    JSON_HEX_TAG | JSON_HEX_AMP
                )
            ));
            return ['vitumob-pay-block'];
        }
    }

    add_action(
        'woocommerce_blocks_payment_method_type_registration',
        fn ($registry) => $registry->register(new Block())
    );
});
