<?php
/**
 * A payments backend for <vitumob-pay> in one file, on PHP 8.1 or later with its SQLite (pdo_sqlite) alone: token, push and status for
 * the page, the callback for Daraja. docs/backend.md says what it has to see to, how to start it, and what it leaves to you.
 *
 * What it knows is in one SQLite file, with a row for each push, written before Daraja is called: a server that is killed at any moment
 * finds the order still locked. `priceOf` is your table of orders; goods may leave when the order has a row whose state is `paid`.
 *
 * Between requests PHP does nothing. `php server.php` without a web server asks what became of open attempts, once: have cron run it
 * each minute.
 */
declare(strict_types=1);

// Nothing of an error goes to the page, and no argument into the log: it may be a token.
ini_set('display_errors', '0');
ini_set('zend.exception_ignore_args', '1');
// A customer who leaves ends no push half-way.
ignore_user_abort(true);

function setting(string $name, ?string $otherwise = null): string
{
    $value = getenv($name) ?: $otherwise;
    return $value ?? throw new RuntimeException("$name is not set");
}

const TOKEN_LIFE_S = 600;
const LONGEST_WAIT_S = 25;
const MAX_BODY_BYTES = 16384;
/** Pushes: how many in how many seconds. Nobody is to be bombed with prompts. */
const LIMITS = ['order_id' => [5, 60], 'address_hash' => [20, 60], 'phone_hash' => [3, 300]];
/** Any other code in a query's answer is none yet (docs/backend.md). */
const FINAL_CODES = ['0', '1', '2', '3', '4', '8', '17', '26', '1001', '1019', '1025', '1031', '1032', '1036', '1037', '2001', '9999'];
const PROCESSING = '500.001.1001';
const STILL_PROCESSING = '4999';
const TOKEN_REFUSED = '404.001.03';

/**
 * sending: Daraja is being called, or was when the server died. prompted: accepted. unclear: nobody knows. These and `review`, which
 * waits for a person, lock the order. refused and failed: not paid, free. released: given up by the rule of RELEASE_AFTER_S, free.
 */
const SCHEMA = <<<'SQL'
CREATE TABLE IF NOT EXISTS attempts (
  id TEXT PRIMARY KEY, -- also the secret end of its callback's address
  order_id TEXT NOT NULL,
  state TEXT NOT NULL,
  started REAL NOT NULL,
  since REAL NOT NULL, -- when the push's request ended, or began
  shillings INTEGER NOT NULL,
  phone TEXT NOT NULL, -- masked
  phone_hash TEXT NOT NULL,
  address_hash TEXT NOT NULL,
  checkout_id TEXT, -- by the answer to the push
  hinted INTEGER NOT NULL DEFAULT 0, -- a callback has come: worth a query before CALLBACK_OVERDUE_S
  callback_id TEXT, callback_code TEXT, callback_desc TEXT, callback_receipt TEXT, callback_amount TEXT,
  asked REAL NOT NULL DEFAULT 0, -- when the last query left
  asking_until REAL NOT NULL DEFAULT 0,
  silent INTEGER NOT NULL DEFAULT 0, -- queries without an answer
  against INTEGER NOT NULL DEFAULT 0, -- queries that contradicted the callback's success
  result_code TEXT, result_desc TEXT, receipt TEXT
);
CREATE INDEX IF NOT EXISTS attempts_by_order ON attempts (order_id, started);
CREATE INDEX IF NOT EXISTS attempts_by_phone ON attempts (phone_hash, started);
CREATE INDEX IF NOT EXISTS attempts_by_address ON attempts (address_hash, started);
CREATE INDEX IF NOT EXISTS attempts_by_checkout ON attempts (checkout_id);
CREATE INDEX IF NOT EXISTS attempts_open ON attempts (started) WHERE state IN ('sending', 'prompted', 'unclear');
CREATE UNIQUE INDEX IF NOT EXISTS paid_once ON attempts (order_id) WHERE state = 'paid';
CREATE TABLE IF NOT EXISTS daraja_token (one INTEGER PRIMARY KEY CHECK (one = 1), value TEXT NOT NULL, expiry REAL NOT NULL);
SQL;
const OPEN = ['sending', 'prompted', 'unclear'];
const PAID = ['paid', 'paid_again'];

/** An answer that ends the request, and the transaction that it is thrown in. */
final class Refusal extends Exception
{
    public function __construct(public readonly array $answer)
    {
        parent::__construct((string) $answer[0]);
    }
}

/**
 * What Daraja says. ok: a 2xx. error: its own `errorCode`. unclear: it may have happened. unsent: it cannot have. held: it was not asked,
 * as the order is another attempt's by now.
 */
final class Answer
{
    public function __construct(public readonly string $kind, public readonly int $status = 0, public readonly array $body = [])
    {
    }
}

function database(): PDO
{
    static $database = null;
    if ($database === null) {
        // Outside of what a web server serves, and for this user alone.
        umask(0077);
        $database = new PDO('sqlite:' . setting('PAYMENTS_FILE'), options: [
            PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
            PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC,
            PDO::ATTR_TIMEOUT => 5,
        ]);
        // What is committed stays, also when the power fails.
        $database->exec('PRAGMA synchronous = EXTRA');
        $database->exec(SCHEMA);
    }
    return $database;
}

/** Never held while Daraja is asked. */
function transaction(callable $change): mixed
{
    database()->exec('BEGIN IMMEDIATE');
    try {
        $result = $change();
        database()->exec('COMMIT');
        return $result;
    } catch (Throwable $error) {
        try {
            database()->exec('ROLLBACK');
        } catch (PDOException) {
            // SQLite has rolled it back by itself.
        }
        throw $error;
    }
}

function execute(string $statement, array $values): PDOStatement
{
    $prepared = database()->prepare($statement);
    $prepared->execute($values);
    return $prepared;
}

function rows(string $statement, array $values): array
{
    return execute($statement, $values)->fetchAll();
}

function attemptOf(string $id): ?array
{
    return rows('SELECT * FROM attempts WHERE id = ?', [$id])[0] ?? null;
}

/** Seconds, by the clock that nobody can set. */
function monotonic(): float
{
    return hrtime(true) / 1e9;
}

/** What the order costs, as a decimal string; null for an order that there is not. */
function priceOf(string $orderId): ?string
{
    $text = (string) file_get_contents(setting('ORDERS_FILE', __DIR__ . '/../orders.json'));
    // Editors on Windows put a byte order mark before it.
    $price = json_decode(preg_replace('/^\xEF\xBB\xBF/', '', $text), true, flags: JSON_THROW_ON_ERROR)[$orderId] ?? null;
    if ($price !== null && !(isAmount($price) && cents($price) > 0)) {
        throw new RuntimeException('An order’s price is a decimal string above 0');
    }
    return $price;
}

function isAmount(mixed $value): bool
{
    return is_string($value) && preg_match('/^\d{1,9}(\.\d{1,2})?$/D', $value) === 1;
}

function cents(string $amount): int
{
    [$whole, $fraction] = [...explode('.', $amount), ''];
    return (int) $whole * 100 + (int) str_pad($fraction, 2, '0');
}

function masked(string $phone): string
{
    return substr($phone, 0, 4) . '*****' . substr($phone, -3);
}

/** What came from outside, fit to be stored and logged; null where it is no text and no number. */
function textOf(mixed $value): ?string
{
    $isText = is_string($value) || is_int($value) || is_float($value);
    return $isText ? preg_replace('/[[:cntrl:]]/', ' ', substr((string) $value, 0, 200)) : null;
}

/** PHP's own log has whole addresses in it, the callback's among them: hence `php -q`, which also keeps error_log quiet. */
function note(string $line): void
{
    @file_put_contents('php://stderr', "$line\n");
}

function mac(string $purpose, string $text): string
{
    return hash_hmac('sha256', "$purpose $text", setting('DARAJA_CONSUMER_SECRET'));
}

/** The page's token: our own, signed and short-lived. Daraja's never leaves this server, as it opens all of the account's APIs. */
function newToken(): string
{
    $claim = (time() + TOKEN_LIFE_S) . '.' . bin2hex(random_bytes(8));
    return "$claim." . mac('page', $claim);
}

/** Whom the token was given to; null where it has expired or is not ours. */
function subjectOf(string $token): ?string
{
    if (!preg_match('/^((\d{1,12})\.([0-9a-f]{16}))\.([0-9a-f]{64})$/D', $token, $part)) {
        return null;
    }
    return hash_equals(mac('page', $part[1]), $part[4]) && (int) $part[2] > time() ? $part[3] : null;
}

/** Asks Daraja once. The deadline, by the monotonic clock, is the end of it. */
function ask(string $path, array $headers, ?array $fields, float $deadline): Answer
{
    $left = $deadline - monotonic();
    if ($left <= 0) {
        return new Answer('unsent');
    }
    $http = ['timeout' => $left, 'ignore_errors' => true, 'follow_location' => 0, 'header' => $headers];
    if ($fields !== null) {
        $http['method'] = 'POST';
        $http['content'] = json_encode($fields, JSON_THROW_ON_ERROR);
        $http['header'][] = 'Content-Type: application/json';
    }
    error_clear_last();
    $stream = @fopen(rtrim(setting('DARAJA_BASE_URL'), '/') . $path, 'r', false, stream_context_create(['http' => $http]));
    if ($stream === false) {
        // Without a connection nothing was sent; whatever else broke, the request may have arrived.
        $unsent = preg_match('/Connection refused|getaddr/', error_get_last()['message'] ?? '');
        return new Answer($unsent ? 'unsent' : 'unclear');
    }
    $status = (int) (explode(' ', $http_response_header[0] ?? '')[1] ?? 0);
    $text = '';
    while (!feof($stream) && strlen($text) < 1_000_000) {
        $left = $deadline - monotonic();
        if ($left <= 0) {
            return new Answer('unclear');
        }
        stream_set_timeout($stream, (int) $left, (int) (fmod($left, 1) * 1e6));
        $text .= fread($stream, 8192);
        if (stream_get_meta_data($stream)['timed_out']) {
            return new Answer('unclear');
        }
    }
    $body = json_decode($text, true);
    if (!is_array($body)) {
        return new Answer('unclear');
    }
    if ((string) textOf($body['errorCode'] ?? null) !== '') {
        return new Answer('error', $status, $body);
    }
    return $status >= 200 && $status < 300 ? new Answer('ok', $status, $body) : new Answer('unclear');
}

/** Daraja's token; another than `$refused`. Null where Daraja gives none in time. */
function tokenOfDaraja(float $deadline, ?string $refused = null): ?string
{
    $stored = rows('SELECT value, expiry FROM daraja_token', [])[0] ?? null;
    if ($stored && $stored['value'] !== $refused && time() < $stored['expiry'] && $stored['expiry'] < time() + 86400) {
        return $stored['value'];
    }
    $credentials = base64_encode(setting('DARAJA_CONSUMER_KEY') . ':' . setting('DARAJA_CONSUMER_SECRET'));
    $path = '/oauth/v1/generate?grant_type=client_credentials';
    $answer = ask($path, ["Authorization: Basic $credentials"], null, $deadline);
    $value = $answer->body['access_token'] ?? null;
    if ($answer->kind !== 'ok' || !is_string($value) || !preg_match('/^[\x21-\x7e]+$/D', $value)) {
        return null;
    }
    $expiry = time() + (int) textOf($answer->body['expires_in'] ?? null) - 10;
    execute('INSERT OR REPLACE INTO daraja_token (one, value, expiry) VALUES (1, ?, ?)', [$value, $expiry]);
    return $value;
}

/**
 * Posts to Daraja, not later than `$latest`; once more with a fresh token where Daraja has refused the one that we had, so that nothing
 * has happened yet. Each time `$obstacle` is asked first: what it gives is the answer, and nothing is posted.
 */
function post(string $path, array $fields, float $deadline, float $latest = INF, ?callable $obstacle = null): Answer
{
    $refused = null;
    for ($try = 0; $try < 2; $try++) {
        $token = tokenOfDaraja($deadline, $refused);
        if ($token === null || monotonic() > $latest) {
            return new Answer('unsent');
        }
        $found = $obstacle === null ? null : $obstacle();
        if ($found !== null) {
            return $found;
        }
        $timestamp = (new DateTime('now', new DateTimeZone('Africa/Nairobi')))->format('YmdHis');
        $answer = ask($path, ["Authorization: Bearer $token"], [
            'BusinessShortCode' => setting('DARAJA_SHORTCODE'),
            'Password' => base64_encode(setting('DARAJA_SHORTCODE') . setting('DARAJA_PASSKEY') . $timestamp),
            'Timestamp' => $timestamp,
            ...$fields,
        ], $deadline);
        if ($answer->kind !== 'error' || $answer->body['errorCode'] !== TOKEN_REFUSED) {
            return $answer;
        }
        $refused = $token;
    }
    return new Answer('unsent');
}

function token(): array
{
    // Answer only to a session that has an order to pay.
    return [200, ['access_token' => newToken(), 'expires_in' => (string) TOKEN_LIFE_S]];
}

function notSent(array $meta, string $why): array
{
    $error = ['errorCode' => 'not-sent', 'errorMessage' => $why, 'requestId' => ''];
    return [503, ['order_meta_data' => (object) $meta, 'status_code' => 503, 'daraja_error' => $error]];
}

function push(mixed $body): array
{
    $pageToken = authorization();
    if ($pageToken === '') {
        return [400, ['error' => 'Access token not provided']];
    }
    $order = is_array($body) && is_array($body['order'] ?? null) ? $body['order'] : [];
    [$orderId, $phone, $amount] = [$order['order_id'] ?? null, $order['user_phone_number'] ?? null, $order['amount'] ?? null];
    $usable = is_string($orderId) && is_string($phone) && is_string($amount) && preg_match('/^254[17]\d{8}$/D', $phone);
    $meta = $usable ? ['order_id' => $orderId, 'user_phone_number' => masked($phone), 'amount' => $amount] : [];
    $subject = subjectOf($pageToken);
    if ($subject === null) {
        $expired = ['errorCode' => TOKEN_REFUSED, 'errorMessage' => 'Invalid Access Token', 'requestId' => ''];
        return [404, ['order_meta_data' => (object) $meta, 'status_code' => 404, 'daraja_error' => $expired]];
    }
    if (!$usable) {
        return [400, ['error' => 'Expected {"order": {"order_id", "user_phone_number", "amount"}}, all strings, the number as 2547…']];
    }

    try {
        $price = priceOf($orderId);
        if ($price === null) {
            return [404, ['error' => 'No such order']];
        }
        if (!isAmount($amount) || cents($amount) !== cents($price)) {
            return [400, ['error' => 'This is not what the order costs']];
        }
        $shillings = intdiv(cents($price) + 99, 100); // M-Pesa moves whole shillings
        // A push that leaves in the second half of the time would ring when the page has given up.
        $latest = BEGAN + DARAJA_TIMEOUT_S / 2;
        foreach (rows('SELECT * FROM attempts WHERE order_id = ?', [$orderId]) as $attempt) {
            settle($attempt, $latest);
        }
        $attemptId = claim($orderId, $phone, $shillings);
    } catch (Refusal $refusal) {
        throw $refusal;
    } catch (Throwable $error) {
        note($error::class . ' before a push');
        return notSent($meta, 'Nothing was sent: an error of our own');
    }

    $answer = post('/mpesa/stkpush/v1/processrequest', [
        'TransactionType' => TYPE === 'till' ? 'CustomerBuyGoodsOnline' : 'CustomerPayBillOnline',
        'Amount' => $shillings,
        'PartyA' => $phone,
        'PartyB' => setting('DARAJA_PARTY_B', setting('DARAJA_SHORTCODE')), // the till, where it is not the shortcode
        'PhoneNumber' => $phone,
        'CallBackURL' => rtrim(setting('DARAJA_CALLBACK_URL'), '/') . "/$attemptId",
        'AccountReference' => substr(preg_replace('/[^A-Za-z0-9_-]/', '', $orderId), 0, 12) ?: 'order',
        'TransactionDesc' => 'Order',
    ], BEGAN + DARAJA_TIMEOUT_S, $latest, fn () => obstacle($orderId, $attemptId));
    $code = textOf($answer->body['ResponseCode'] ?? null);
    $checkoutId = $answer->body['CheckoutRequestID'] ?? null;
    $accepted = $answer->kind === 'ok' && $code === '0' && is_string($checkoutId) && trim($checkoutId) !== '';
    $refused = in_array($answer->kind, ['error', 'unsent', 'held'], true) || ($answer->kind === 'ok' && !in_array($code, [null, '', '0'], true));
    $state = $accepted ? 'prompted' : ($refused ? 'refused' : 'unclear');
    // A callback may have been faster: what it has settled stays.
    execute(
        "UPDATE attempts SET since = ?, checkout_id = ?,
        state = CASE WHEN state = 'sending' AND (? <> 'refused' OR callback_code IS NOT '0') THEN ? ELSE state END WHERE id = ?",
        [microtime(true), $accepted ? $checkoutId : null, $state, $state, $attemptId],
    );
    $outcome = textOf($answer->body['errorCode'] ?? null) ?? $code ?? ($refused ? 'not sent' : 'no clear answer');
    note("push for order $orderId to " . masked($phone) . ": $outcome");

    if ($refused && attemptOf($attemptId)['state'] !== 'refused') {
        return [502, ['error' => 'Daraja refused the push, and called back all the same']];
    }
    if ($answer->kind === 'held') {
        throw conflict($orderId, microtime(true));
    }
    if ($answer->kind === 'unsent') {
        return notSent($meta, 'Nothing was sent: Daraja could not be reached');
    }
    if ($refused) {
        $description = $answer->body['ResponseDescription'] ?? null;
        $error = $answer->kind === 'error' ? $answer->body : ['errorCode' => $code, 'errorMessage' => $description];
        $status = $answer->status >= 400 ? $answer->status : 502;
        $told = [];
        foreach (['errorCode', 'errorMessage', 'requestId'] as $name) {
            $told[$name] = textOf($error[$name] ?? null) ?? '';
        }
        return [$status, ['order_meta_data' => $meta, 'status_code' => $status, 'daraja_error' => $told]];
    }
    if (!$accepted) {
        return [502, ['error' => 'Daraja gave no clear answer; a prompt may be on the phone']];
    }
    return [200, [
        'payment_id' => $checkoutId,
        'user_id' => $subject,
        'order_id' => $orderId,
        'phone_no' => masked($phone),
        'daraja_response' => [
            'CheckoutRequestID' => $checkoutId,
            'MerchantRequestID' => textOf($answer->body['MerchantRequestID'] ?? null),
            'ResponseCode' => '0',
        ],
        'amount' => (float) $price,
    ]];
}

/**
 * Takes the order for one push, and gives the attempt's id. Throws the answer where it is locked, paid, or pushed too often. One
 * statement decides: of two requests in one moment, in one process or two, the second finds the row of the first.
 */
function claim(string $orderId, string $phone, int $shillings): string
{
    $id = bin2hex(random_bytes(16));
    $now = microtime(true);
    $hashes = ['order_id' => $orderId, 'phone_hash' => mac('phone', $phone), 'address_hash' => mac('address', address())];
    transaction(function () use ($id, $now, $hashes, $orderId, $phone, $shillings) {
        // A push that is under way is not given up: it ends with DARAJA_TIMEOUT_S. RELEASE_AFTER_S may be infinite, so PHP compares.
        foreach (rows("SELECT * FROM attempts WHERE order_id = ? AND state IN ('sending', 'unclear')", [$orderId]) as $attempt) {
            $end = $attempt['since'] + RELEASE_AFTER_S + ($attempt['state'] === 'sending' ? DARAJA_TIMEOUT_S + 5 : 0);
            if (idOf($attempt) === null && $end <= $now) {
                execute("UPDATE attempts SET state = 'released' WHERE id = ?", [$attempt['id']]);
            }
        }
        $claimed = execute(
            "INSERT INTO attempts (id, order_id, state, started, since, shillings, phone, phone_hash, address_hash)
            SELECT ?, ?, 'sending', ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE order_id = ?
            AND state IN ('sending', 'prompted', 'unclear', 'review', 'paid', 'paid_again'))",
            [$id, $orderId, $now, $now, $shillings, masked($phone), $hashes['phone_hash'], $hashes['address_hash'], $orderId],
        );
        if ($claimed->rowCount() !== 1) {
            throw conflict($orderId, $now);
        }
        foreach (LIMITS as $column => [$most, $seconds]) {
            // What Daraja has refused rang on no phone.
            $counted = $column === 'phone_hash' ? "AND state <> 'refused'" : '';
            $earlier = rows(
                "SELECT started FROM attempts WHERE $column = ? AND started > ? AND id <> ? $counted ORDER BY started DESC",
                [$hashes[$column], $now - $seconds, $id],
            );
            if (count($earlier) >= $most) {
                $after = max(1, (int) ceil($earlier[$most - 1]['started'] + $seconds - $now));
                throw new Refusal([429, ['error' => "Too many pushes; try again in $after s"], ['Retry-After' => $after]]);
            }
        }
    });
    return $id;
}

/**
 * What forbids to send a claimed push, or to send it again. While it waited for a token, or for Daraja, a callback may have come for
 * it, so that Daraja has taken it after all, or an earlier attempt may turn out to be paid.
 */
function obstacle(string $orderId, string $attemptId): ?Answer
{
    if (attemptOf($attemptId)['callback_id'] !== null) {
        return new Answer('unclear');
    }
    $held = "SELECT 1 FROM attempts WHERE order_id = ? AND id <> ? AND state NOT IN ('refused', 'failed', 'released')";
    return rows($held, [$orderId, $attemptId]) ? new Answer('held') : null;
}

function conflict(string $orderId, float $now): Refusal
{
    $locking = "SELECT * FROM attempts WHERE order_id = ? AND state NOT IN ('refused', 'failed', 'released') ORDER BY started";
    $held = rows($locking, [$orderId]);
    foreach ($held as $attempt) {
        if ($attempt['state'] === 'paid') {
            return new Refusal([409, ['error' => 'This order is already paid', 'paid' => ['payment_id' => idOf($attempt)]]]);
        }
    }
    $live = $held[count($held) - 1];
    $window = idOf($live) !== null || is_infinite(RELEASE_AFTER_S) ? PROMPT_WINDOW_S : RELEASE_AFTER_S;
    $expires = max(1, (int) ceil($live['since'] + $window - $now));
    $told = ['payment_id' => idOf($live), 'expires_in' => $expires];
    $body = ['error' => 'A prompt for this order may still be live', 'live' => $told];
    return new Refusal([409, $body, ['Retry-After' => $expires]]);
}

/** Daraja's id of the checkout; by the callback where the push's answer was lost. */
function idOf(array $attempt): ?string
{
    return $attempt['checkout_id'] ?? $attempt['callback_id'];
}

/** Whether Daraja gave the id to another payment too: then its query may tell of that one. */
function isShared(array $attempt): bool
{
    $same = 'SELECT 1 FROM attempts WHERE id <> ? AND (checkout_id = ? OR callback_id = ?)';
    return rows($same, [$attempt['id'], idOf($attempt), idOf($attempt)]) !== [];
}

/** Whether Daraja may be asked about it: one query at a time, and one in QUERY_EVERY_S. */
function isDue(array $attempt, float $now): bool
{
    if (!in_array($attempt['state'], OPEN, true) || idOf($attempt) === null) {
        return false;
    }
    if (!$attempt['hinted'] && $now < $attempt['since'] + CALLBACK_OVERDUE_S) {
        return false;
    }
    // A clock that was put back leaves times in the future.
    $asking = $now < $attempt['asking_until'] && $attempt['asking_until'] <= $now + DARAJA_TIMEOUT_S + 5;
    return !$asking && !($now - QUERY_EVERY_S < $attempt['asked'] && $attempt['asked'] <= $now);
}

/** Asks Daraja what became of an attempt, if it is time to, and keeps what it says. */
function settle(array $attempt, float $deadline): void
{
    if (!isDue($attempt, microtime(true))) {
        return;
    }
    $attempt = transaction(function () use ($attempt) {
        [$now, $attempt] = [microtime(true), attemptOf($attempt['id'])];
        if (!isDue($attempt, $now)) {
            return null;
        }
        execute('UPDATE attempts SET asked = ?, asking_until = ? WHERE id = ?', [$now, $now + DARAJA_TIMEOUT_S + 5, $attempt['id']]);
        return $attempt;
    });
    if ($attempt === null) {
        return;
    }
    $asked = idOf($attempt);
    $answer = post('/mpesa/stkpushquery/v1/query', ['CheckoutRequestID' => $asked], $deadline);
    transaction(function () use ($attempt, $asked, $answer) {
        execute('UPDATE attempts SET asking_until = 0 WHERE id = ?', [$attempt['id']]);
        $attempt = attemptOf($attempt['id']);
        if (in_array($attempt['state'], OPEN, true) && idOf($attempt) === $asked) {
            weigh($attempt, $answer);
        }
    });
}

/**
 * What an answer to a query makes of an attempt. Callbacks are not signed, so the query has the last word; where it gives none after
 * three tries, a callback that came to the attempt's own address and fits it counts.
 */
function weigh(array $attempt, Answer $answer): void
{
    $says = $attempt['callback_id'] === idOf($attempt) ? $attempt['callback_code'] : null;
    $answered = $answer->kind === 'ok' && ($answer->body['CheckoutRequestID'] ?? null) === idOf($attempt);
    $code = $answered ? textOf($answer->body['ResultCode'] ?? null) : null;
    $desc = textOf($answer->body['ResultDesc'] ?? null) ?? '';
    if (in_array($code, FINAL_CODES, true) && $code !== $says && isShared($attempt)) {
        conclude($attempt, 'review', null, null);
    } elseif ($code === '0') {
        conclude($attempt, 'paid', $code, $desc);
    } elseif ($code !== null && (in_array($code, FINAL_CODES, true) || ($code === $says && $code !== STILL_PROCESSING && $code !== ''))) {
        if ($says !== '0') {
            conclude($attempt, 'failed', $code, $desc);
        } elseif ($attempt['against'] >= 3) {
            conclude($attempt, 'review', null, null);
        } else {
            execute('UPDATE attempts SET against = against + 1 WHERE id = ?', [$attempt['id']]);
        }
    } elseif ($code === null && ($answer->body['errorCode'] ?? null) !== PROCESSING) {
        $fits = !in_array($says, [null, STILL_PROCESSING], true)
            && ($says !== '0' || $attempt['callback_amount'] === (string) $attempt['shillings']);
        if ($attempt['silent'] >= 2 && $fits) {
            conclude($attempt, $says === '0' ? 'paid' : 'failed', $says, $attempt['callback_desc']);
        } else {
            execute('UPDATE attempts SET silent = silent + 1 WHERE id = ?', [$attempt['id']]);
        }
    }
}

/** Writes an outcome down. A success is final. */
function conclude(array $attempt, string $state, ?string $code, ?string $desc): void
{
    if ($state === 'paid' && rows("SELECT 1 FROM attempts WHERE order_id = ? AND state = 'paid'", [$attempt['order_id']])) {
        $state = 'paid_again';
    }
    $named = in_array($state, PAID, true) && $attempt['callback_id'] === idOf($attempt);
    execute(
        "UPDATE attempts SET state = ?, result_code = ?, result_desc = ?, receipt = ? WHERE id = ? AND state NOT IN ('paid', 'paid_again')",
        [$state, $code, $desc, $named ? $attempt['callback_receipt'] : null, $attempt['id']],
    );
    // `paid_again` is money to give back, and `review` is a question for a person: say so to one here.
    note("order {$attempt['order_id']}: $state" . ($code === null ? '' : " ($code)"));
}

function status(): array
{
    if (subjectOf(authorization()) === null) {
        return [401, ['error' => 'Expected the access token in Authorization, without Bearer']];
    }
    // Whoever has a token and an order's number may ask: check here that it is an order of the session, or make numbers unguessable.
    $wait = $_GET['wait'] ?? '';
    $wait = is_string($wait) && preg_match('/^\d{1,9}(\.\d{1,9})?$/D', $wait) ? min(LONGEST_WAIT_S, (float) $wait) : 0.0;
    [$orderId, $paymentId] = [$_GET['order_id'] ?? null, $_GET['payment_id'] ?? null];
    $deadline = BEGAN + min(DARAJA_TIMEOUT_S, max(5, $wait));
    $slot = null;
    while (true) {
        $answer = statusOf(is_string($orderId) ? $orderId : '', is_string($paymentId) ? $paymentId : null, $deadline);
        $left = BEGAN + $wait - monotonic();
        if ($answer[0] !== 202 || $left <= 0 || !($slot ??= slot())) {
            return $answer;
        }
        usleep((int) (min($left, 0.2) * 1e6));
    }
}

/**
 * A place to hold a status request in; null where none is free, so that the page is answered at once and asks again 2 s later.
 *
 * A held request keeps one of PHP-FPM's workers (`pm.max_children`, 5 by default) or of the built-in server's (PHP_CLI_SERVER_WORKERS)
 * for up to 25 s. Were all of them held, the callback that they wait for would find none: keep HELD_REQUESTS well below their number.
 */
function slot(): mixed
{
    $workers = PHP_SAPI === 'cli-server' ? (int) getenv('PHP_CLI_SERVER_WORKERS') : 5;
    $slots = (int) (getenv('HELD_REQUESTS') !== false ? getenv('HELD_REQUESTS') : intdiv($workers, 2));
    for ($number = 1; $number <= $slots; $number++) {
        // A lock that is gone with the process that has it.
        $file = fopen(setting('PAYMENTS_FILE') . ".held-$number", 'c');
        if ($file && flock($file, LOCK_EX | LOCK_NB)) {
            return $file;
        }
    }
    return null;
}

/** The answer as it stands, after a query where one is due. */
function statusOf(string $orderId, ?string $paymentId, float $deadline): array
{
    $find = "SELECT * FROM attempts WHERE order_id = ? AND state <> 'refused' ORDER BY started DESC";
    $all = rows($find, [$orderId]);
    if (array_filter($all, fn (array $attempt) => isDue($attempt, microtime(true)))) {
        foreach ($all as $attempt) {
            settle($attempt, $deadline);
        }
        $all = rows($find, [$orderId]);
    }
    $paid = array_filter($all, fn (array $attempt) => $attempt['state'] === 'paid');
    $named = array_filter($all, fn (array $attempt) => $paymentId !== null && idOf($attempt) === $paymentId);
    $attempt = [...array_values($paid), ...array_values($named), ...$all][0] ?? null;
    if ($attempt === null) {
        return [404, ['error' => 'No push of this order is known']];
    }
    if (!in_array($attempt['state'], ['paid', 'paid_again', 'failed'], true)) {
        return [202, ['status' => 'pending']];
    }
    $code = $attempt['result_code'];
    return [200, array_filter([
        'result_code' => preg_match('/^\d{1,15}$/D', $code) ? (int) $code : $code,
        'result_desc' => $attempt['result_desc'],
        'checkout_request_id' => idOf($attempt),
        'mpesa_receipt_number' => $attempt['receipt'],
    ], fn (mixed $value) => $value !== null)];
}

/**
 * Takes what Daraja posts, at the attempt's own address. At the bare address it is a hint that brings a query, and no more. Whoever
 * takes its answer can be sure that it is on the disk.
 */
function callback(mixed $body, ?string $attemptId): array
{
    $said = is_array($body) && is_array($body['Body'] ?? null) ? $body['Body']['stkCallback'] ?? null : null;
    $checkoutId = is_array($said) ? (string) textOf($said['CheckoutRequestID'] ?? null) : '';
    $code = is_array($said) ? (string) textOf($said['ResultCode'] ?? null) : '';
    if ($checkoutId === '' || $code === '') {
        return [400, ['error' => 'Expected {"Body": {"stkCallback": {"CheckoutRequestID", "ResultCode"}}}']];
    }
    if ($attemptId === null) {
        execute('UPDATE attempts SET hinted = 1 WHERE checkout_id = ?', [$checkoutId]);
    } else {
        transaction(fn () => keepCallback($attemptId, $checkoutId, $code, $said));
    }
    return [200, ['ResultCode' => 0, 'ResultDesc' => 'Accepted'], [], fn () => settleNow($checkoutId)];
}

function keepCallback(string $attemptId, string $checkoutId, string $code, array $said): void
{
    $metadata = $said['CallbackMetadata'] ?? null;
    $items = is_array($metadata) && is_array($metadata['Item'] ?? null) ? $metadata['Item'] : [];
    $named = [];
    foreach ($items as $item) {
        if (is_array($item) && is_string($item['Name'] ?? null)) {
            $named[$item['Name']] = textOf($item['Value'] ?? null);
        }
    }
    [$receipt, $amount] = [$named['MpesaReceiptNumber'] ?? null, $named['Amount'] ?? null];
    if ($amount !== null && preg_match('/^\d{1,9}(\.0*)?$/D', $amount)) {
        $amount = (string) (int) $amount;
    }
    $attempt = attemptOf($attemptId);
    if ($attempt['checkout_id'] !== null && $attempt['checkout_id'] !== $checkoutId) {
        return;
    }
    $same = $attempt['callback_id'] === $checkoutId;
    if (($same && in_array($attempt['callback_code'], ['0', $code], true)) || ($attempt['callback_code'] === '0' && $code !== '0')) {
        return; // A duplicate, or a failure after a success
    }
    execute(
        'UPDATE attempts SET hinted = 1, callback_id = ?, callback_code = ?, callback_desc = ?, callback_receipt = ?, callback_amount = ?
        WHERE id = ?',
        [$checkoutId, $code, textOf($said['ResultDesc'] ?? null) ?? '', $receipt, $amount, $attemptId],
    );
    $attempt = attemptOf($attemptId);
    if ($code !== '0') {
        return;
    }
    if (in_array($attempt['state'], PAID, true)) {
        // The query was faster, and has no receipt number.
        execute('UPDATE attempts SET receipt = ? WHERE id = ? AND receipt IS NULL', [$receipt, $attemptId]);
    } elseif ($amount !== null && $amount !== (string) $attempt['shillings']) {
        conclude($attempt, 'review', null, null);
    } elseif (!in_array($attempt['state'], OPEN, true)) {
        // A success after all: the order is locked until the query has said so, or not.
        execute("UPDATE attempts SET state = 'unclear' WHERE id = ?", [$attemptId]);
    }
}

/** Asks about a checkout that a callback has come for, if it may be asked for again; otherwise a page does, or cron. */
function settleNow(string $checkoutId): void
{
    foreach (rows('SELECT * FROM attempts WHERE checkout_id = ? OR callback_id = ?', [$checkoutId, $checkoutId]) as $attempt) {
        settle($attempt, monotonic() + DARAJA_TIMEOUT_S);
    }
}

/** Asks for what no page asks for: after a callback, after a restart, and ever less often the older an attempt is. */
function reconcile(): void
{
    foreach (rows("SELECT * FROM attempts WHERE state IN ('sending', 'prompted', 'unclear')", []) as $attempt) {
        $now = microtime(true);
        if ($now - $attempt['asked'] >= ($now - $attempt['since']) / 4) {
            settle($attempt, monotonic() + DARAJA_TIMEOUT_S);
        }
    }
}

/** Apache needs `CGIPassAuth On` to hand it over. */
function authorization(): string
{
    return $_SERVER['HTTP_AUTHORIZATION'] ?? $_SERVER['REDIRECT_HTTP_AUTHORIZATION'] ?? '';
}

/** Where the customer is, as far as our own proxies say so. */
function address(): string
{
    $hops = array_values(array_filter(array_map(trim(...), explode(',', $_SERVER['HTTP_X_FORWARDED_FOR'] ?? ''))));
    $proxies = (int) setting('TRUSTED_PROXIES', '0');
    return $proxies > 0 && $proxies <= count($hops) ? $hops[count($hops) - $proxies] : $_SERVER['REMOTE_ADDR'] ?? '';
}

/** @return array{0: int, 1: mixed, 2?: array, 3?: callable} status, body, headers, and what is done once it is answered */
function answer(): array
{
    $method = $_SERVER['REQUEST_METHOD'];
    [$path] = explode('?', $_SERVER['REQUEST_URI'], 2);
    if (isset($_SERVER['HTTP_TRANSFER_ENCODING'])) {
        return [411, ['error' => 'Send a Content-Length, without Transfer-Encoding']];
    }
    // The built-in server joins two lengths by a comma.
    foreach (['CONTENT_LENGTH', 'HTTP_CONTENT_LENGTH'] as $name) {
        if (!preg_match('/^\d{0,15}$/D', $_SERVER[$name] ?? '')) {
            return [400, ['error' => 'Expected one Content-Length, of digits']];
        }
    }
    if (!preg_match('#^/([^/\\\\].*)?$#Ds', $path)) {
        return [400, ['error' => 'The address is none']];
    }
    if ($method === 'OPTIONS') {
        return [204, null];
    }
    $text = (string) file_get_contents('php://input', length: MAX_BODY_BYTES + 1);
    if (strlen($text) > MAX_BODY_BYTES || (int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > MAX_BODY_BYTES) {
        return [413, ['error' => 'The body is longer than ' . MAX_BODY_BYTES . ' bytes']];
    }

    $callbackPath = (string) parse_url(rtrim(setting('DARAJA_CALLBACK_URL'), '/'), PHP_URL_PATH);
    $attemptId = str_starts_with($path, "$callbackPath/") ? substr($path, strlen($callbackPath) + 1) : null;
    $isCallback = $path === $callbackPath || ($attemptId !== null && attemptOf($attemptId) !== null);
    $body = json_decode($text === '' ? 'null' : $text, true);
    $isJson = json_last_error() === JSON_ERROR_NONE;
    return match (true) {
        "$method $path" === 'GET /payments/mpesa/token' => token(),
        "$method $path" === 'GET /payments/mpesa/status' => status(),
        // Pages ask for CORS permission ahead with it.
        "$method $path" === 'HEAD /payments/mpesa/payment/push/request' => [204, null],
        $method !== 'POST', !$isCallback && $path !== '/payments/mpesa/payment/push/request' => [404, ['error' => 'Not found']],
        !$isJson => [400, ['error' => 'The body is not JSON']],
        $isCallback => callback($body, $attemptId),
        default => push($body),
    };
}

function handle(): void
{
    header('Cache-Control: no-store');
    header('Vary: Origin');
    if (($_SERVER['HTTP_ORIGIN'] ?? '') === setting('SHOP_ORIGIN')) {
        header('Access-Control-Allow-Origin: ' . setting('SHOP_ORIGIN'));
        header('Access-Control-Allow-Methods: GET, POST');
        header('Access-Control-Allow-Headers: Authorization, Content-Type');
        header('Access-Control-Expose-Headers: Retry-After');
        header('Access-Control-Max-Age: 7200');
    }
    try {
        $answer = answer();
    } catch (Refusal $refusal) {
        $answer = $refusal->answer;
    } catch (Throwable $error) {
        // Without the error's text, which may quote what was sent.
        note($error::class . ' in line ' . $error->getLine());
        $answer = [$error instanceof PDOException ? 503 : 500, ['error' => 'Internal error']];
    }
    [$status, $body, $headers, $afterwards] = $answer + [2 => [], 3 => null];
    http_response_code($status);
    foreach ($headers as $name => $value) {
        header("$name: $value");
    }
    if ($body !== null) {
        $text = json_encode($body, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
        header('Content-Type: application/json');
        header('Content-Length: ' . strlen($text));
        echo $text;
    }
    if ($afterwards === null) {
        return;
    }
    // Daraja has its answer before anything else is done.
    while (ob_get_level() > 0) {
        ob_end_flush();
    }
    function_exists('fastcgi_finish_request') ? fastcgi_finish_request() : flush();
    try {
        $afterwards();
    } catch (Throwable $error) {
        note($error::class . ' in line ' . $error->getLine());
    }
}

define('BEGAN', monotonic());
define('TYPE', setting('DARAJA_TYPE', 'paybill'));
/** For as long a prompt may be on the phone, in seconds. */
define('PROMPT_WINDOW_S', (float) setting('PROMPT_WINDOW_S', '120'));
/** Then Daraja is asked what became of it. */
define('CALLBACK_OVERDUE_S', (float) setting('CALLBACK_OVERDUE_S', '20'));
/** Not more often than this about one payment. */
define('QUERY_EVERY_S', (float) setting('QUERY_EVERY_S', '5'));
/** Then an attempt that Daraja gave no id for is given up, as nobody can ask what became of it. "never": a person decides. */
define('RELEASE_AFTER_S', setting('RELEASE_AFTER_S', '300') === 'never' ? INF : (float) setting('RELEASE_AFTER_S', '300'));
/** For all that one request asks of Daraja together; below the widget's own 30 s. */
define('DARAJA_TIMEOUT_S', (float) setting('DARAJA_TIMEOUT_S', '25'));
if (RELEASE_AFTER_S < PROMPT_WINDOW_S) {
    throw new RuntimeException('RELEASE_AFTER_S must not be below PROMPT_WINDOW_S');
}
if (!in_array(TYPE, ['paybill', 'till'], true)) {
    throw new RuntimeException('DARAJA_TYPE has to be paybill or till');
}
PHP_SAPI === 'cli' ? reconcile() : handle();
