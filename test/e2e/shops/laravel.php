<?php
/**
 * A Laravel application of one file around examples/laravel, for `php -S`, with orders that a test places. Laravel is found by
 * LARAVEL_AUTOLOAD, or where Debian's php-laravel-framework puts it. With the argument `migrate` it makes the tables.
 */

require getenv('LARAVEL_AUTOLOAD') ?: 'Illuminate/autoload.php';

use App\Models\Order;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Contracts\Http\Kernel as KernelContract;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Http\Kernel as HttpKernel;
use Illuminate\Foundation\Http\Middleware\VerifyCsrfToken;
use Illuminate\Http\Request;
use Illuminate\Session\Middleware\StartSession;
use Illuminate\Support\Facades\Route;

error_reporting(E_ALL & ~E_DEPRECATED);
const EXAMPLE = __DIR__ . '/../../../examples/laravel';

spl_autoload_register(function (string $class) {
    $file = EXAMPLE . '/app/' . str_replace('\\', '/', substr($class, 4)) . '.php';
    if (str_starts_with($class, 'App\\') && is_file($file)) {
        require $file;
    }
});

class Kernel extends HttpKernel
{
    protected $middlewareGroups = ['web' => [StartSession::class, VerifyCsrfToken::class]];
}

/** What `laravel new` writes, as far as it is needed. */
function configure(string $folder): void
{
    $providers = ['Cache\CacheServiceProvider', 'Cookie\CookieServiceProvider', 'Database\DatabaseServiceProvider',
        'Encryption\EncryptionServiceProvider', 'Filesystem\FilesystemServiceProvider', 'Session\SessionServiceProvider',
        'Translation\TranslationServiceProvider', 'View\ViewServiceProvider'];
    $files = [
        'app' => [
            'name' => 'Shop', 'env' => 'production', 'debug' => false, 'fallback_locale' => 'en', 'url' => 'http://localhost', 'timezone' => 'UTC', 'locale' => 'en',
            'key' => str_repeat('k', 32), 'cipher' => 'AES-256-CBC', 'aliases' => [],
            'providers' => array_map(fn ($name) => "Illuminate\\$name", $providers),
        ],
        'cache' => ['default' => 'array', 'stores' => ['array' => ['driver' => 'array']], 'prefix' => ''],
        'database' => [
            'default' => 'sqlite', 'migrations' => 'migrations',
            'connections' => ['sqlite' => ['driver' => 'sqlite', 'database' => "$folder/shop.db", 'prefix' => '']],
        ],
        'logging' => [
            'default' => 'single', 'deprecations' => 'null',
            'channels' => ['single' => ['driver' => 'single', 'path' => "$folder/laravel.log"]],
        ],
        'session' => [
            'driver' => 'array', 'lifetime' => 120, 'expire_on_close' => false, 'lottery' => [0, 100], 'cookie' => 'shop',
            'path' => '/', 'domain' => null, 'secure' => false, 'http_only' => true, 'same_site' => 'lax', 'connection' => null,
        ],
        'view' => ['paths' => [EXAMPLE . '/resources/views'], 'compiled' => "$folder/storage/framework/views"],
        'vitumob-pay' => null,
    ];
    foreach (['app', 'config', 'bootstrap/cache', 'storage/framework/views', 'storage/logs'] as $name) {
        @mkdir("$folder/$name", 0777, true);
    }
    foreach ($files as $name => $values) {
        $code = $values === null
            ? 'require ' . var_export(realpath(EXAMPLE) . "/config/$name.php", true)
            : var_export($values, true);
        file_put_contents("$folder/config/$name.php", "<?php return $code;");
    }
    file_put_contents("$folder/composer.json", '{"autoload":{"psr-4":{"App\\\\":"app/"}}}');
}

$folder = getenv('SHOP_FOLDER');
$isMigration = ($argv[1] ?? '') === 'migrate';
if ($isMigration) {
    configure($folder);
    touch("$folder/shop.db");
}

$app = new Application($folder);
$app->singleton(KernelContract::class, Kernel::class);
$app->singleton(Illuminate\Contracts\Console\Kernel::class, Illuminate\Foundation\Console\Kernel::class);
$app->singleton(ExceptionHandler::class, Illuminate\Foundation\Exceptions\Handler::class);

if ($isMigration) {
    $app->make(Illuminate\Contracts\Console\Kernel::class)->bootstrap();
    (require EXAMPLE . '/database/migrations/2026_01_01_000000_create_orders_and_payment_events.php')->up();
    return;
}
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path === '/vitumob-pay.min.js') {
    header('Content-Type: text/javascript');
    readfile(__DIR__ . '/../../../dist/vitumob-pay.min.js');
    return;
}

$kernel = $app->make(KernelContract::class);
$app->booted(function () {
    Route::middleware('web')->group(EXAMPLE . '/routes/vitumob-pay.php');

    Route::post('/orders', function (Request $request) {
        $wanted = json_decode($request->getContent(), true);
        $order = Order::create(['amount' => $wanted['total'] ?? '1250.00', 'phone' => $wanted['phone'] ?? '']);
        return ['id' => $order->id, 'page' => url("/pay/$order->name"), 'name' => $order->name];
    });
    Route::get('/orders/{id}', function (int $id) {
        $order = Order::findOrFail($id);
        $notes = array_filter(explode("\n", (string) $order->problem));
        return ['times' => $order->paid_at ? 1 : 0, 'receipt' => $order->receipt, 'notes' => array_values($notes)];
    });
});
$request = Request::capture();
$response = $kernel->handle($request);
$response->send();
$kernel->terminate($request, $response);
