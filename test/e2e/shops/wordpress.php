<?php
/**
 * As much of WordPress and WooCommerce as examples/woocommerce calls, for `php -S`: orders in a file, the page on which an order is
 * paid, and the routes of the REST API. Names, arguments and answers are those of WordPress 6 and WooCommerce 9.
 */
declare(strict_types=1);

namespace Automattic\WooCommerce\Blocks\Payments\Integrations {
    abstract class AbstractPaymentMethodType
    {
        protected $name = '';
        protected $settings = [];

        public function get_name()
        {
            return $this->name;
        }

        protected function get_setting($name, $default = '')
        {
            return $this->settings[$name] ?? $default;
        }
    }
}

namespace Automattic\WooCommerce\Utilities {
    class FeaturesUtil
    {
        public static function declare_compatibility(string $feature, string $file, bool $positive = true): bool
        {
            return true;
        }
    }
}

namespace {
    const ABSPATH = __DIR__ . '/';
    const NOW = ['pending', 'failed'];

    // Hooks.

    $hooks = [];

    function add_filter($name, $callback, $priority = 10, $arguments = 1)
    {
        $GLOBALS['hooks'][$name][] = [$callback, $arguments];
        return true;
    }

    function add_action($name, $callback, $priority = 10, $arguments = 1)
    {
        return add_filter($name, $callback, $priority, $arguments);
    }

    function apply_filters($name, $value, ...$more)
    {
        foreach ($GLOBALS['hooks'][$name] ?? [] as [$callback, $arguments]) {
            $value = $callback(...array_slice([$value, ...$more], 0, $arguments));
        }
        return $value;
    }

    function do_action($name, ...$values)
    {
        foreach ($GLOBALS['hooks'][$name] ?? [] as [$callback, $arguments]) {
            $callback(...array_slice($values, 0, $arguments));
        }
    }

    // What is printed.

    function esc_attr($text)
    {
        return htmlspecialchars((string) $text, ENT_QUOTES);
    }

    function esc_html($text)
    {
        return htmlspecialchars((string) $text, ENT_QUOTES);
    }

    function esc_url($url)
    {
        return preg_match('/^https?:/', $url) ? str_replace(['&', "'"], ['&#038;', '&#039;'], $url) : '';
    }

    function wp_json_encode($value, $flags = 0)
    {
        return json_encode($value, $flags);
    }

    function plugins_url($path, $plugin)
    {
        return origin() . '/plugin/' . $path;
    }

    $scripts = [];

    function wp_register_script($handle, $source, $needs = [], $version = false, $args = [])
    {
        $GLOBALS['scripts'][$handle] ??= ['source' => $source, 'inline' => [], 'printed' => false];
    }

    function wp_enqueue_script($handle, $source = '', $needs = [], $version = false, $args = [])
    {
        wp_register_script($handle, $source, $needs, $version, $args);
        $GLOBALS['scripts'][$handle]['printed'] = true;
    }

    function wp_add_inline_script($handle, $code)
    {
        $GLOBALS['scripts'][$handle]['inline'][] = $code;
    }

    function print_scripts()
    {
        foreach ($GLOBALS['scripts'] as $handle => ['source' => $source, 'inline' => $inline, 'printed' => $printed]) {
            if (!$printed) {
                continue;
            }
            $tag = $source ? sprintf("<script src=\"%s\" id=\"%s-js\"></script>\n", esc_url($source), $handle) : '';
            echo apply_filters('script_loader_tag', $tag, $handle, $source);
            echo $inline ? sprintf("<script id=\"%s-js-after\">\n%s\n</script>\n", $handle, implode("\n", $inline)) : '';
        }
    }

    // Orders and settings.

    function origin()
    {
        return 'http://' . $_SERVER['HTTP_HOST'];
    }

    function get_option($name, $default = false)
    {
        return $name === 'woocommerce_vitumob_pay_settings' ? json_decode(getenv('SHOP_SETTINGS'), true) : $default;
    }

    function get_woocommerce_currency()
    {
        return 'KES';
    }

    function wc_format_decimal($number, $dp = false, $trim_zeros = false)
    {
        $text = number_format((float) $number, $dp, '.', '');
        return $trim_zeros && str_contains($text, '.') ? rtrim(rtrim($text, '0'), '.') : $text;
    }

    function file_of(int $id): string
    {
        return getenv('SHOP_FOLDER') . "/$id.json";
    }

    function wc_get_order($id)
    {
        return is_int($id) && is_file(file_of($id)) ? new WC_Order($id) : false;
    }

    class WC_Order
    {
        private array $row;
        private array $meta;

        public function __construct(private int $id)
        {
            $this->row = json_decode(file_get_contents(file_of($id)), true);
            $this->meta = $this->row['meta'];
        }

        private function write(array $changes): void
        {
            $this->row = [...json_decode(file_get_contents(file_of($this->id)), true), ...$changes];
            file_put_contents(file_of($this->id), json_encode($this->row));
        }

        public function get_id() { return $this->id; }
        public function get_order_number() { return (string) $this->id; }
        public function get_order_key() { return $this->row['key']; }
        public function get_total() { return $this->row['total']; }
        public function get_currency() { return $this->row['currency']; }
        public function get_payment_method() { return $this->row['method']; }
        public function get_billing_phone() { return $this->row['phone']; }
        public function get_date_paid() { return $this->row['date_paid'] ?? null; }
        public function needs_payment() { return in_array($this->row['status'], NOW, true); }
        public function is_paid() { return in_array($this->row['status'], ['processing', 'completed'], true); }
        public function get_meta($key) { return $this->meta[$key] ?? ''; }
        public function update_meta_data($key, $value) { $this->meta[$key] = $value; }
        public function get_checkout_payment_url($on_checkout = false) { return origin() . "/pay/$this->id"; }
        public function get_checkout_order_received_url() { return origin() . "/received/$this->id?key={$this->row['key']}&x=</script>"; }

        public function save()
        {
            $this->write(['meta' => $this->meta]);
        }

        public function add_order_note($note)
        {
            $this->write(['notes' => [...$this->row['notes'], $note]]);
        }

        public function update_status($status, $note = '')
        {
            $this->write(['status' => $status, 'meta' => $this->meta]);
            $this->add_order_note($note);
            return true;
        }

        public function payment_complete($transaction_id = '')
        {
            if (in_array($this->row['status'], ['on-hold', 'pending', 'failed', 'cancelled'], true)) {
                $this->write([
                    'status' => 'processing',
                    'receipt' => $transaction_id,
                    'date_paid' => time(),
                    'times' => $this->row['times'] + 1,
                    'meta' => $this->meta,
                ]);
            }
            return true;
        }
    }

    class WC_Payment_Gateway
    {
        public $id, $title, $description, $method_title, $method_description, $has_fields, $form_fields, $settings;

        public function init_settings()
        {
            $this->settings = get_option("woocommerce_{$this->id}_settings", []);
        }

        public function get_option($key, $empty = null)
        {
            return $this->settings[$key] ?? $this->form_fields[$key]['default'] ?? $empty ?? '';
        }

        public function is_available()
        {
            return $this->get_option('enabled') === 'yes';
        }
    }

    function WC()
    {
        return new class {
            public function payment_gateways()
            {
                return $this;
            }

            public function __call($name, $arguments)
            {
                return [];
            }
        };
    }

    $wpdb = new class {
        private $held;

        public function prepare($query, ...$values)
        {
            return vsprintf(str_replace('%s', "'%s'", $query), array_map('addslashes', $values));
        }

        public function get_var($query)
        {
            preg_match("/^SELECT (GET|RELEASE)_LOCK\('(\w+)'/", $query, $matches) || throw new Exception($query);
            $this->held ??= fopen(getenv('SHOP_FOLDER') . "/$matches[2].lock", 'c');
            return flock($this->held, $matches[1] === 'GET' ? LOCK_EX : LOCK_UN) ? '1' : '0';
        }
    };

    // The REST API.

    class WP_REST_Request implements ArrayAccess
    {
        public function __construct(private array $parameters)
        {
        }

        public function get_body()
        {
            return file_get_contents('php://input');
        }

        public function get_header($name)
        {
            return $_SERVER['HTTP_' . strtoupper(str_replace('-', '_', $name))] ?? null;
        }

        public function offsetExists(mixed $name): bool { return isset($this->parameters[$name]); }
        public function offsetGet(mixed $name): mixed { return $this->parameters[$name] ?? null; }
        public function offsetSet(mixed $name, mixed $value): void {}
        public function offsetUnset(mixed $name): void {}
    }

    class WP_REST_Response
    {
        public $headers = [];

        public function __construct(public $data = null, public $status = 200)
        {
        }

        public function header($name, $value)
        {
            $this->headers[$name] = $value;
        }
    }

    $routes = [];

    function register_rest_route($namespace, $route, $args)
    {
        is_callable($args['permission_callback']) || $args['permission_callback'] === '__return_true' || throw new Exception($route);
        $GLOBALS['routes'][] = ["/$namespace$route", $args];
    }

    function answer_rest(string $path): void
    {
        do_action('rest_api_init');
        foreach ($GLOBALS['routes'] as [$route, ['methods' => $methods, 'callback' => $callback]]) {
            if ($methods === $_SERVER['REQUEST_METHOD'] && preg_match("@^$route$@i", $path, $parameters)) {
                $response = $callback(new WP_REST_Request($parameters));
                http_response_code($response->status);
                header('Content-Type: application/json');
                foreach ($response->headers as $name => $value) {
                    header("$name: $value");
                }
                echo $response->status === 204 ? '' : json_encode($response->data);
                return;
            }
        }
        http_response_code(404);
        echo '{"code":"rest_no_route"}';
    }

    // The shop.

    require dirname(__DIR__, 3) . '/examples/woocommerce/vitumob-pay-for-woocommerce.php';
    do_action('before_woocommerce_init');
    do_action('woocommerce_blocks_loaded');
    do_action('plugins_loaded');
    [$gateway_class] = apply_filters('woocommerce_payment_gateways', []);
    $gateway = new $gateway_class();

    $path = rawurldecode(strtok($_SERVER['REQUEST_URI'], '?'));
    [, $first, $id] = [...explode('/', $path), '', ''];
    $id = (int) $id;
    if ($first === 'wp-json') {
        answer_rest(substr($path, strlen('/wp-json')));
    } elseif ($first === 'plugin') {
        header('Content-Type: text/javascript');
        readfile(dirname(__DIR__, 3) . '/dist/vitumob-pay.min.js');
    } elseif ($first === 'orders' && $_SERVER['REQUEST_METHOD'] === 'POST') {
        $order = json_decode(file_get_contents('php://input'), true) + ['total' => '1250.00', 'currency' => 'KES', 'phone' => ''];
        $order += ['status' => 'pending', 'method' => 'vitumob_pay', 'key' => 'wc_order_' . bin2hex(random_bytes(6))];
        for ($id = 1; !($file = @fopen(file_of($id), 'x')); $id++);
        fwrite($file, json_encode($order + ['meta' => [], 'notes' => [], 'receipt' => '', 'times' => 0]));
        header('Content-Type: application/json');
        $offered = $gateway->is_available() ? $gateway->process_payment($id)['redirect'] : '';
        echo json_encode(['id' => $id, 'page' => $offered, 'name' => VitumobPay\order_id(wc_get_order($id))]);
    } elseif ($first === 'orders') {
        header('Content-Type: application/json');
        readfile(file_of($id));
    } elseif ($first === 'pay' || $first === 'blocks') {
        echo '<!doctype html><html lang="en"><title>Shop</title><meta name="viewport" content="width=device-width">';
        if ($first === 'pay') {
            do_action('woocommerce_receipt_vitumob_pay', $id);
        } else {
            do_action('woocommerce_blocks_payment_method_type_registration', new class {
                public function register($block)
                {
                    $block->initialize();
                    array_map('wp_enqueue_script', $block->get_payment_method_script_handles());
                }
            });
            echo '<script>
                const wp = { element: { createElement: (tag, props, text) => ({ tag, text }) } };
                const wc = { wcBlocksRegistry: { registerPaymentMethod: (way) => { window.way = way; } } };
            </script>';
        }
        print_scripts();
    } else {
        echo '<!doctype html><html lang="en"><title>Order received</title><p>Thank you.';
    }
}
