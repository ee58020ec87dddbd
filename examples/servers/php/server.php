<?php
/**
 * A payments backend for <vitumob-pay> on PHP 8.1 or later, without dependencies: token, push and status for the page, the callback for
 * Daraja. See docs/backend.md for its duties, and for how to start it.
 *
 * What it remembers is in one file: put it into your database, and `amountOf` is your table of orders.
 */
declare(strict_types=1);

// Nothing of an error goes to the page, and no argument into the log: it may be a token.
ini_set('display_errors', '0');
ini_set('zend.exception_ignore_args', '1');

function setting(string $name, ?string $otherwise = null): string
{
    $value = getenv($name) ?: $otherwise;
    return $value ?? throw new RuntimeException("$name is not set");
}

/** Below the widget's own 30 s. */
const DARAJA_TIMEOUT_S = 25;
const TOKEN_LIFE_S = 600;
const MAX_BODY_BYTES = 16384;
/** Any other code in a query's answer is none yet (docs/backend.md). */
const FINAL_CODES = ['0', '1', '2', '3', '4', '8', '17', '26', '1001', '1019', '1025', '1031', '1032', '1036', '1037', '2001', '9999'];

/** For as long a prompt may be on the phone, in seconds. */
define('PROMPT_WINDOW_S', (float) setting('PROMPT_WINDOW_S', '120'));
/** Then Daraja is asked what became of it. */
define('CALLBACK_OVERDUE_S', (float) setting('CALLBACK_OVERDUE_S', '20'));
// With a path that nobody can guess: it is all that tells Daraja's callbacks from forged ones.
define('CALLBACK_PATH', parse_url(setting('DARAJA_CALLBACK_URL'), PHP_URL_PATH));

/**
 * What the server remembers, read and changed in one step: of two requests in one moment the second sees what the first has left.
 * Never held while Daraja is asked.
 *
 * `payments`: every push that may have put a prompt on a phone: {order_id, id, since, result}, by a key of their own.
 * `callbacks`: what Daraja has posted, by CheckoutRequestID. It may come before the answer to the push.
 * `token`: Daraja's.
 */
function remember(callable $change): mixed
{
    // Outside of what a web server serves, and for this user alone.
    umask(0077);
    $file = fopen(setting('PAYMENTS_FILE'), 'c+');
    try {
        flock($file, LOCK_EX);
        $text = stream_get_contents($file);
        // What cannot be read is not taken for nothing: it may be a prompt.
        $memory = $text === ''
            ? ['payments' => [], 'callbacks' => [], 'token' => null]
            : json_decode($text, true, flags: JSON_THROW_ON_ERROR);
        $result = $change($memory);
        rewind($file);
        ftruncate($file, 0);
        fwrite($file, json_encode($memory, JSON_THROW_ON_ERROR));
        return $result;
    } finally {
        fclose($file);
    }
}

/** What the order costs, as a decimal string; null for an order that there is not. */
function amountOf(string $orderId): ?string
{
    $orders = json_decode(file_get_contents(setting('ORDERS_FILE', __DIR__ . '/../orders.json')), true);
    return $orders[$orderId] ?? null;
}

function cents(string $amount): int
{
    return (int) round((float) $amount * 100);
}

/** PHP's own log has whole addresses in it, the callback's secret path among them: hence `php -q`, which also keeps error_log quiet. */
function note(string $line): void
{
    file_put_contents('php://stderr', "$line\n");
}

function masked(string $phone): string
{
    return substr($phone, 0, 4) . '*****' . substr($phone, -3);
}

/** The page's token: our own, signed and short-lived. Daraja's never leaves this server, as it opens all of the account's APIs. */
function signature(string $expiry): string
{
    return hash_hmac('sha256', "page $expiry", setting('DARAJA_CONSUMER_SECRET'));
}

function isValid(string $token): bool
{
    [$expiry, $signed] = [...explode('.', $token, 2), ''];
    return hash_equals(signature($expiry), $signed) && (int) $expiry > time();
}

/** Asks Daraja: [status, body, error]. Without body and error there is no clear answer: what was asked for may have happened. */
function ask(string $path, array $headers, ?array $fields = null): array
{
    $http = ['timeout' => DARAJA_TIMEOUT_S, 'ignore_errors' => true, 'follow_location' => 0, 'header' => $headers];
    if ($fields !== null) {
        $http['method'] = 'POST';
        $http['content'] = json_encode($fields, JSON_THROW_ON_ERROR);
        $http['header'][] = 'Content-Type: application/json';
    }
    $text = @file_get_contents(setting('DARAJA_BASE_URL') . $path, false, stream_context_create(['http' => $http]));
    $status = (int) (explode(' ', $http_response_header[0] ?? '')[1] ?? 0);
    $body = $text === false ? null : json_decode($text, true);
    if (!is_array($body)) {
        return [$status, null, null];
    }
    return isset($body['errorCode'])
        ? [$status, null, $body]
        : [$status, $status >= 200 && $status < 300 ? $body : null, null];
}

function tokenOfDaraja(): ?string
{
    $stored = remember(fn (array $memory) => $memory['token']);
    if ($stored && time() < $stored['expiry']) {
        return $stored['value'];
    }
    $credentials = base64_encode(setting('DARAJA_CONSUMER_KEY') . ':' . setting('DARAJA_CONSUMER_SECRET'));
    [, $body] = ask('/oauth/v1/generate?grant_type=client_credentials', ["Authorization: Basic $credentials"]);
    if (!isset($body['access_token'])) {
        return null;
    }
    remember(function (array &$memory) use ($body) {
        $memory['token'] = ['value' => $body['access_token'], 'expiry' => time() + (int) $body['expires_in'] - 10];
    });
    return $body['access_token'];
}

/** Posts to Daraja; once more with a fresh token where it has refused the one that we had, so that nothing has happened yet. */
function post(string $path, array $fields, bool $mayRenew = true): array
{
    $token = tokenOfDaraja();
    if ($token === null) {
        return [502, null, ['errorCode' => 'no-token', 'errorMessage' => 'Daraja gave no access token']];
    }
    $timestamp = (new DateTime('now', new DateTimeZone('Africa/Nairobi')))->format('YmdHis');
    $answer = ask($path, ["Authorization: Bearer $token"], [
        'BusinessShortCode' => setting('DARAJA_SHORTCODE'),
        'Password' => base64_encode(setting('DARAJA_SHORTCODE') . setting('DARAJA_PASSKEY') . $timestamp),
        'Timestamp' => $timestamp,
        ...$fields,
    ]);
    if (($answer[2]['errorCode'] ?? null) !== '404.001.03' || !$mayRenew) {
        return $answer;
    }
    remember(function (array &$memory) {
        $memory['token'] = null;
    });
    return post($path, $fields, false);
}

function token(): array
{
    // Answer only to a session that has an order to pay, and limit the rate.
    $expiry = (string) (time() + TOKEN_LIFE_S);
    return [200, ['access_token' => "$expiry." . signature($expiry), 'expires_in' => (string) TOKEN_LIFE_S]];
}

function push(mixed $body): array
{
    $token = $_SERVER['HTTP_AUTHORIZATION'] ?? '';
    if ($token === '') {
        return [400, ['error' => 'Access token not provided']];
    }
    if (!isValid($token)) {
        $expired = ['errorCode' => '404.001.03', 'errorMessage' => 'Invalid Access Token', 'requestId' => ''];
        return [404, ['status_code' => 404, 'daraja_error' => $expired]];
    }

    $order = is_array($body) && is_array($body['order'] ?? null) ? $body['order'] : [];
    [$orderId, $phone, $amount] = [$order['order_id'] ?? null, $order['user_phone_number'] ?? null, $order['amount'] ?? null];
    if (!is_string($orderId) || !is_string($phone) || !is_string($amount) || !preg_match('/^254[17]\d{8}$/D', $phone)) {
        return [400, ['error' => 'Expected {"order": {"order_id", "user_phone_number", "amount"}}, all strings']];
    }
    $price = amountOf($orderId);
    if ($price === null) {
        return [404, ['error' => 'No such order']];
    }
    if (!is_numeric($amount) || cents($amount) !== cents($price)) {
        return [400, ['error' => 'This is not what the order costs']];
    }

    settle($orderId);
    $key = bin2hex(random_bytes(8));
    $refusal = remember(function (array &$memory) use ($orderId, $key) {
        foreach (ofOrder($memory, $orderId) as $payment) {
            if (isPaid($payment)) {
                return [409, ['error' => 'This order is already paid']];
            }
            if (isLive($memory, $payment)) {
                $expires = max(0, (int) ceil($payment['since'] + PROMPT_WINDOW_S - microtime(true)));
                $live = ['payment_id' => $payment['id'], 'expires_in' => $expires];
                return [409, ['error' => 'A prompt for this order may still be live', 'live' => $live]];
            }
        }
        $memory['payments'][$key] = ['order_id' => $orderId, 'id' => null, 'since' => microtime(true), 'result' => null];
        return null;
    });
    if ($refusal) {
        return $refusal;
    }

    [$status, $accepted, $error] = post('/mpesa/stkpush/v1/processrequest', [
        'TransactionType' => 'CustomerPayBillOnline',
        'Amount' => (int) ceil((float) $price), // M-Pesa moves whole shillings
        'PartyA' => $phone,
        'PartyB' => setting('DARAJA_SHORTCODE'),
        'PhoneNumber' => $phone,
        'CallBackURL' => setting('DARAJA_CALLBACK_URL'),
        'AccountReference' => substr(preg_replace('/[^A-Za-z0-9_-]/', '', $orderId), -12) ?: 'order',
        'TransactionDesc' => 'Order',
    ]);
    $outcome = $error['errorCode'] ?? $accepted['ResponseCode'] ?? 'no clear answer';
    note("push for order $orderId to " . masked($phone) . ": $outcome");
    $id = $accepted['CheckoutRequestID'] ?? null;
    $code = $accepted['ResponseCode'] ?? null;
    remember(function (array &$memory) use ($key, $error, $id, $code) {
        if ($error || ($id && $code !== '0')) {
            unset($memory['payments'][$key]); // Daraja has refused it: nothing was sent
        } else {
            $memory['payments'][$key]['since'] = microtime(true);
            $memory['payments'][$key]['id'] = $id;
        }
    });
    if ($error) {
        $told = ['errorCode' => $error['errorCode'], 'errorMessage' => $error['errorMessage'] ?? '', 'requestId' => $error['requestId'] ?? ''];
        return [max($status, 400), ['status_code' => max($status, 400), 'daraja_error' => $told]];
    }
    if (!$id) {
        return [502, ['error' => 'Daraja gave no clear answer; a prompt may be on the phone']];
    }
    $ids = ['CheckoutRequestID' => $id, 'MerchantRequestID' => $accepted['MerchantRequestID'] ?? '', 'ResponseCode' => $code];
    return [200, ['payment_id' => $id, 'order_id' => $orderId, 'daraja_response' => $ids, 'amount' => (float) $price]];
}

function ofOrder(array $memory, ?string $orderId): array
{
    return array_filter($memory['payments'], fn (array $payment) => $payment['order_id'] === $orderId);
}

/** The code in a callback or in a query's answer, as a string: it comes as either. */
function codeIn(?array $result): ?string
{
    $code = ($result['Body']['stkCallback'] ?? $result)['ResultCode'] ?? null;
    return $code === null ? null : (string) $code;
}

function isPaid(array $payment): bool
{
    return codeIn($payment['result']) === '0';
}

function saysPaid(array $memory, ?string $id): bool
{
    return codeIn($memory['callbacks'][$id ?? ''] ?? null) === '0';
}

/** Whether a prompt may be on the phone, or a callback says paid and the query has not confirmed it. */
function isLive(array $memory, array $payment): bool
{
    $inWindow = microtime(true) < $payment['since'] + PROMPT_WINDOW_S;
    return (!$payment['result'] && $inWindow) || saysPaid($memory, $payment['id']);
}

/**
 * Finds out what became of an order's payments. Callbacks are not signed, so Daraja's query has to agree with one before it counts;
 * where no callback comes, the query alone has to do. A success is final.
 */
function settle(?string $orderId): void
{
    $open = remember(function (array &$memory) use ($orderId) {
        $open = [];
        foreach (ofOrder($memory, $orderId) as $key => $payment) {
            $callback = $memory['callbacks'][$payment['id'] ?? ''] ?? null;
            $saysPaid = saysPaid($memory, $payment['id']);
            if (isPaid($payment) && $saysPaid) {
                // The callback has the receipt number, which the query's answer lacks.
                $memory['payments'][$key]['result'] = $callback;
            }
            $settled = $payment['result'] && (isPaid($payment) || !$saysPaid);
            $due = $callback || microtime(true) >= $payment['since'] + CALLBACK_OVERDUE_S;
            if ($payment['id'] && !$settled && $due) {
                $open[$key] = $payment['id'];
            }
        }
        return $open;
    });
    foreach ($open as $key => $id) {
        [, $body] = post('/mpesa/stkpushquery/v1/query', ['CheckoutRequestID' => $id]);
        if (($body['CheckoutRequestID'] ?? null) !== $id) {
            continue;
        }
        remember(function (array &$memory) use ($key, $id, $body) {
            $callback = $memory['callbacks'][$id] ?? null;
            if (isPaid($memory['payments'][$key])) {
                return;
            }
            if (codeIn($callback) === codeIn($body)) {
                $memory['payments'][$key]['result'] = $callback;
            } elseif (in_array(codeIn($body), FINAL_CODES, true)) {
                $memory['payments'][$key]['result'] = $body;
            }
        });
    }
}

function status(): array
{
    // Ask your session here whose order it is.
    [$orderId, $id] = [$_GET['order_id'] ?? null, $_GET['payment_id'] ?? null];
    if (!is_string($orderId)) {
        return [400, ['error' => 'Ask with ?order_id=…']];
    }
    settle($orderId);
    $payments = array_reverse(remember(fn (array $memory) => ofOrder($memory, $orderId)));
    $paid = array_filter($payments, isPaid(...));
    $named = array_filter($payments, fn (array $payment) => $payment['id'] !== null && $payment['id'] === $id);
    $payment = [...array_values($paid), ...array_values($named), ...array_values($payments)][0] ?? null;
    if ($payment === null) {
        return [404, ['error' => 'No such payment']];
    }
    return $payment['result'] ? [200, $payment['result']] : [202, ['status' => 'pending']];
}

function callback(mixed $body): array
{
    $id = is_array($body) ? $body['Body']['stkCallback']['CheckoutRequestID'] ?? null : null;
    if (!is_string($id)) {
        return [400, ['error' => 'Not a callback']];
    }
    $orderId = remember(function (array &$memory) use ($id, $body) {
        // Callbacks come late and twice: a success stays.
        if (!saysPaid($memory, $id)) {
            $memory['callbacks'][$id] = $body;
        }
        return array_column($memory['payments'], 'order_id', 'id')[$id] ?? null;
    });
    settle($orderId);
    return [200, ['ResultCode' => 0, 'ResultDesc' => 'Accepted']];
}

function answer(): array
{
    $text = file_get_contents('php://input', length: MAX_BODY_BYTES + 1);
    if (strlen($text) > MAX_BODY_BYTES) {
        return [413, ['error' => 'The body is too large']];
    }
    $body = json_decode($text ?: 'null', true);
    if (json_last_error() !== JSON_ERROR_NONE) {
        return [400, ['error' => 'The body is not JSON']];
    }
    return match ($_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
        'GET /payments/mpesa/token' => token(),
        'POST /payments/mpesa/payment/push/request' => push($body),
        'GET /payments/mpesa/status' => status(),
        'POST ' . CALLBACK_PATH => callback($body),
        default => [404, ['error' => 'Not found']],
    };
}

header('Cache-Control: no-store');
header('Vary: Origin');
if (($_SERVER['HTTP_ORIGIN'] ?? '') === setting('SHOP_ORIGIN')) {
    header('Access-Control-Allow-Origin: ' . setting('SHOP_ORIGIN'));
    header('Access-Control-Allow-Methods: GET, POST');
    header('Access-Control-Allow-Headers: Authorization, Content-Type');
    header('Access-Control-Max-Age: 7200');
}
if ($_SERVER['REQUEST_METHOD'] === 'OPTIONS') {
    http_response_code(204);
    return;
}
try {
    [$code, $json] = answer();
} catch (Throwable $error) {
    // Without the error's text, which may quote what was sent.
    note($error::class . ' in line ' . $error->getLine());
    [$code, $json] = [500, ['error' => 'Internal error']];
}
http_response_code($code);
header('Content-Type: application/json');
echo json_encode($json);
