"""
A payments backend for <vitumob-pay> in one file, on Python 3.9 or later and its standard library alone: token, push and status for the
page, the callback for Daraja. docs/backend.md says what it has to see to, how to start it, and what it leaves to you.

What it knows is in one SQLite file, with a row for each push, written before Daraja is called: a server that is killed at any moment
finds the order still locked. `price_of` is your table of orders; goods may leave when the order has a row whose state is `paid`.
"""

import base64
import hashlib
import hmac
import json
import math
import os
import re
import secrets
import select
import socket
import sqlite3
import sys
import threading
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


def setting(name, otherwise=None):
    value = os.environ.get(name) or otherwise
    if not value:
        sys.exit(f"{name} is not set")
    return value


BASE_URL = urlsplit(setting("DARAJA_BASE_URL"))
CONSUMER_KEY = setting("DARAJA_CONSUMER_KEY")
CONSUMER_SECRET = setting("DARAJA_CONSUMER_SECRET")
SHORTCODE = setting("DARAJA_SHORTCODE")
PASSKEY = setting("DARAJA_PASSKEY")
TYPE = setting("DARAJA_TYPE", "paybill")
if TYPE not in ("paybill", "till"):
    sys.exit("DARAJA_TYPE has to be paybill or till")
# The till, where it is not the shortcode.
PARTY_B = setting("DARAJA_PARTY_B", SHORTCODE)
# Each attempt has an address of its own below it.
CALLBACK_URL = setting("DARAJA_CALLBACK_URL").rstrip("/")
CALLBACK_PATH = urlsplit(CALLBACK_URL).path
SHOP_ORIGIN = setting("SHOP_ORIGIN")
ORDERS_FILE = setting("ORDERS_FILE", Path(__file__).parent.parent / "orders.json")
PAYMENTS_FILE = setting("PAYMENTS_FILE", "payments.db")
# How many proxies before this server add to X-Forwarded-For. Behind a proxy, 0 makes one address of all customers.
TRUSTED_PROXIES = int(setting("TRUSTED_PROXIES", "0"))

# For as long a prompt may be on the phone.
PROMPT_WINDOW_S = float(setting("PROMPT_WINDOW_S", "120"))
# Then Daraja is asked what became of it.
CALLBACK_OVERDUE_S = float(setting("CALLBACK_OVERDUE_S", "20"))
# Not more often than this about one payment.
QUERY_EVERY_S = float(setting("QUERY_EVERY_S", "5"))
# Then an attempt that Daraja gave no id for is given up, as nobody can ask what became of it. "never": a person decides.
RELEASE_AFTER_S = float(setting("RELEASE_AFTER_S", "300").replace("never", "inf"))
# For all that one request asks of Daraja together; below the widget's own 30 s.
DARAJA_TIMEOUT_S = float(setting("DARAJA_TIMEOUT_S", "25"))
if RELEASE_AFTER_S < PROMPT_WINDOW_S:
    sys.exit("RELEASE_AFTER_S must not be below PROMPT_WINDOW_S")

TOKEN_LIFE_S = 600
LONGEST_WAIT_S = 25
MAX_BODY_BYTES = 16_384
# How long a connection may take to bring a request.
READING_S = 20
MAX_THREADS = 200
MAX_HELD = 100
# Pushes: how many in how many seconds. Nobody is to be bombed with prompts.
LIMITS = {"order_id": (5, 60), "address_hash": (20, 60), "phone_hash": (3, 300)}
# Any other code in a query's answer is none yet (docs/backend.md).
FINAL_CODES = set("0 1 2 3 4 8 17 26 1001 1019 1025 1031 1032 1036 1037 2001 9999".split())
PROCESSING = "500.001.1001"
STILL_PROCESSING = "4999"
TOKEN_REFUSED = "404.001.03"

# sending: Daraja is being called, or was when the server died. prompted: accepted. unclear: nobody knows. These and `review`, which
# waits for a person, lock the order. refused and failed: not paid, free. released: given up by the rule of RELEASE_AFTER_S, free.
SCHEMA = """
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
"""
OPEN = ("sending", "prompted", "unclear")
PAID = ("paid", "paid_again")


class Refusal(Exception):
    """An answer that ends the request, and the transaction that it is raised in."""

    def __init__(self, status, body, headers=()):
        super().__init__(status)
        self.answer = status, body, dict(headers)


def open_database():
    os.umask(0o077)
    opened = sqlite3.connect(PAYMENTS_FILE, timeout=5, isolation_level=None, check_same_thread=False)
    opened.row_factory = sqlite3.Row
    # What is committed stays, also when the power fails.
    opened.execute("PRAGMA synchronous = EXTRA")
    opened.executescript(SCHEMA)
    return opened


database = open_database()
# One connection, so one thread at a time; never held while Daraja is asked. Notified when an attempt's state has changed.
changed = threading.Condition(threading.RLock())


@contextmanager
def transaction():
    with changed:
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise


def rows(statement, *values):
    with changed:
        return database.execute(statement, values).fetchall()


def attempt_of(attempt_id):
    return next(iter(rows("SELECT * FROM attempts WHERE id = ?", attempt_id)), None)


def price_of(order_id):
    """What the order costs, as a decimal string; None for an order that there is not."""
    # Editors on Windows put a byte order mark before it.
    price = json.loads(Path(ORDERS_FILE).read_text(encoding="utf-8-sig")).get(order_id)
    if price is not None and not (is_amount(price) and Decimal(price) > 0):
        raise ValueError("An order's price is a decimal string above 0")
    return price


def is_amount(value):
    return isinstance(value, str) and bool(re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", value))


def masked(phone):
    return f"{phone[:4]}*****{phone[-3:]}"


def text_of(value):
    """What came from outside, fit to be stored and logged; None where it is no text and no number."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    return "".join(c if c.isprintable() else " " for c in str(value)[:200]).encode("utf-8", "replace").decode()


def log(line):
    """A log that cannot be written is no reason to lose what happened."""
    try:
        print(line, flush=True)
    except OSError:
        pass


def mac(purpose, text):
    return hmac.new(CONSUMER_SECRET.encode(), f"{purpose} {text}".encode(), hashlib.sha256).hexdigest()


# The page's token: our own, signed and short-lived. Daraja's never leaves this server, as it opens all of the account's APIs.
def new_token():
    claim = f"{int(time.time()) + TOKEN_LIFE_S}.{secrets.token_hex(8)}"
    return f"{claim}.{mac('page', claim)}"


def subject_of(token):
    """Whom the token was given to; None where it has expired or is not ours."""
    if not re.fullmatch(r"[0-9]{1,12}\.[0-9a-f]{16}\.[0-9a-f]{64}", token):
        return None
    claim, _, signed = token.rpartition(".")
    expiry, _, subject = claim.partition(".")
    return subject if hmac.compare_digest(mac("page", claim), signed) and int(expiry) > time.time() else None


# What Daraja says. ok: a 2xx. error: its own `errorCode`. unclear: it may have happened. unsent: it cannot have. held: it was not asked,
# as the order is another attempt's by now.
Answer = namedtuple("Answer", "kind status body")
UNCLEAR = Answer("unclear", 0, {})
UNSENT = Answer("unsent", 0, {})
HELD = Answer("held", 0, {})


def ask(path, headers, fields, deadline):
    """Asks Daraja once. `deadline`, by the monotonic clock, is the end of it, whatever Daraja does."""
    left = deadline - time.monotonic()
    if left <= 0:
        return UNSENT
    scheme = HTTPSConnection if BASE_URL.scheme == "https" else HTTPConnection
    connection = scheme(BASE_URL.hostname, BASE_URL.port, timeout=left)
    try:
        connection.connect()
    except OSError:
        return UNSENT
    left = deadline - time.monotonic()
    if left <= 0:
        connection.close()
        return UNSENT
    line = connection.sock
    end = threading.Timer(left, lambda: socket.socket.shutdown(line, socket.SHUT_RDWR))
    end.daemon = True
    end.start()
    try:
        method, data = ("GET", None) if fields is None else ("POST", json.dumps(fields))
        connection.request(method, BASE_URL.path.rstrip("/") + path, data, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        body = json.loads(response.read(1_000_000))
    except Exception:  # Whatever broke, the request may have arrived.
        return UNCLEAR
    finally:
        end.cancel()
        connection.close()
    if not isinstance(body, dict):
        return UNCLEAR
    if text_of(body.get("errorCode")):
        return Answer("error", response.status, body)
    return Answer("ok", response.status, body) if 200 <= response.status < 300 else UNCLEAR


daraja_token = (None, 0)
token_lock = threading.Lock()


def token_of_daraja(deadline, refused=None):
    """Daraja's token; another than `refused`. None where Daraja gives none in time."""
    global daraja_token
    if not token_lock.acquire(timeout=max(0, deadline - time.monotonic())):
        return None
    try:
        value, end = daraja_token
        if value and value != refused and time.monotonic() < end:
            return value
        credentials = base64.b64encode(f"{CONSUMER_KEY}:{CONSUMER_SECRET}".encode()).decode()
        path = "/oauth/v1/generate?grant_type=client_credentials"
        answer = ask(path, {"Authorization": f"Basic {credentials}"}, None, deadline)
        value = answer.body.get("access_token")
        if answer.kind != "ok" or not isinstance(value, str) or not re.fullmatch(r"[\x21-\x7e]+", value):
            return None
        life = text_of(answer.body.get("expires_in")) or ""
        daraja_token = (value, time.monotonic() + (int(life) if re.fullmatch(r"[0-9]{1,6}", life) else 0) - 10)
        return value
    finally:
        token_lock.release()


def post(path, fields, deadline, latest=math.inf, obstacle=lambda: None):
    """
    Posts to Daraja, not later than `latest`; once more with a fresh token where Daraja has refused the one that we had, so that
    nothing has happened yet. Each time `obstacle` is asked first: what it gives is the answer, and nothing is posted.
    """
    refused = None
    for _ in range(2):
        token = token_of_daraja(deadline, refused)
        if not token or time.monotonic() > latest:
            return UNSENT
        found = obstacle()
        if found:
            return found
        timestamp = datetime.now(timezone(timedelta(hours=3))).strftime("%Y%m%d%H%M%S")
        own = {
            "BusinessShortCode": SHORTCODE,
            "Password": base64.b64encode((SHORTCODE + PASSKEY + timestamp).encode()).decode(),
            "Timestamp": timestamp,
        }
        answer = ask(path, {"Authorization": f"Bearer {token}"}, {**own, **fields}, deadline)
        if answer.kind != "error" or answer.body["errorCode"] != TOKEN_REFUSED:
            return answer
        refused = token
    return UNSENT


def token(_request):
    # Answer only to a session that has an order to pay.
    return 200, {"access_token": new_token(), "expires_in": str(TOKEN_LIFE_S)}


def not_sent(why):
    return {"daraja_error": {"errorCode": "not-sent", "errorMessage": why, "requestId": ""}}


def push(request):
    page_token = request.headers.get("Authorization")
    if not page_token:
        return 400, {"error": "Access token not provided"}
    order = request.body.get("order") if isinstance(request.body, dict) else None
    names = ("order_id", "user_phone_number", "amount")
    order_id, phone, amount = fields = [order.get(name) if isinstance(order, dict) else None for name in names]
    usable = all(isinstance(field, str) for field in fields) and bool(re.fullmatch(r"254[17][0-9]{8}", phone))
    meta = dict(zip(names, (order_id, masked(phone), amount))) if usable else {}
    subject = subject_of(page_token)
    if not subject:
        expired = {"errorCode": TOKEN_REFUSED, "errorMessage": "Invalid Access Token", "requestId": ""}
        return 404, {"order_meta_data": meta, "status_code": 404, "daraja_error": expired}
    if not usable:
        return 400, {"error": 'Expected {"order": {"order_id", "user_phone_number", "amount"}}, all strings, the number as 2547…'}

    try:
        price = price_of(order_id)
        if price is None:
            return 404, {"error": "No such order"}
        if not is_amount(amount) or Decimal(amount) != Decimal(price):
            return 400, {"error": "This is not what the order costs"}
        shillings = math.ceil(Decimal(price))  # M-Pesa moves whole shillings
        # A push that leaves in the second half of the time would ring when the page has given up.
        latest = request.began + DARAJA_TIMEOUT_S / 2
        for attempt in rows("SELECT * FROM attempts WHERE order_id = ?", order_id):
            settle(attempt, latest)
        attempt_id = claim(order_id, phone, request.address(), shillings)
    except Refusal:
        raise
    except Exception as error:
        log(f"{type(error).__name__} before a push")
        return 503, {"order_meta_data": meta, "status_code": 503, **not_sent("Nothing was sent: an error of our own")}

    answer = post(
        "/mpesa/stkpush/v1/processrequest",
        {
            "TransactionType": "CustomerBuyGoodsOnline" if TYPE == "till" else "CustomerPayBillOnline",
            "Amount": shillings,
            "PartyA": phone,
            "PartyB": PARTY_B,
            "PhoneNumber": phone,
            "CallBackURL": f"{CALLBACK_URL}/{attempt_id}",
            "AccountReference": re.sub(r"[^A-Za-z0-9_-]", "", order_id)[:12] or "order",
            "TransactionDesc": "Order",
        },
        request.began + DARAJA_TIMEOUT_S,
        latest,
        lambda: obstacle(order_id, attempt_id),
    )
    code = text_of(answer.body.get("ResponseCode"))
    checkout_id = answer.body.get("CheckoutRequestID")
    accepted = answer.kind == "ok" and code == "0" and isinstance(checkout_id, str) and bool(checkout_id.strip())
    refused = answer.kind in ("error", "unsent", "held") or (answer.kind == "ok" and code not in (None, "", "0"))
    state = "prompted" if accepted else "refused" if refused else "unclear"
    with transaction():
        # A callback may have been faster: what it has settled stays.
        database.execute(
            "UPDATE attempts SET since = ?, checkout_id = ?,"
            " state = CASE WHEN state = 'sending' AND (? <> 'refused' OR callback_code IS NOT '0') THEN ? ELSE state END WHERE id = ?",
            (time.time(), checkout_id if accepted else None, state, state, attempt_id),
        )
        changed.notify_all()
    outcome = text_of(answer.body.get("errorCode")) or code or ("not sent" if refused else "no clear answer")
    log(f"push for order {order_id} to {masked(phone)}: {outcome}")

    if refused and attempt_of(attempt_id)["state"] != "refused":
        return 502, {"error": "Daraja refused the push, and called back all the same"}
    if answer.kind == "held":
        raise conflict(order_id, time.time())
    if answer.kind == "unsent":
        return 503, {"order_meta_data": meta, "status_code": 503, **not_sent("Nothing was sent: Daraja could not be reached")}
    if refused:
        error = answer.body if answer.kind == "error" else {"errorCode": code, "errorMessage": answer.body.get("ResponseDescription")}
        status = answer.status if answer.status >= 400 else 502
        told = {name: text_of(error.get(name)) or "" for name in ("errorCode", "errorMessage", "requestId")}
        return status, {"order_meta_data": meta, "status_code": status, "daraja_error": told}
    if not accepted:
        return 502, {"error": "Daraja gave no clear answer; a prompt may be on the phone"}
    response = {name: text_of(answer.body.get(name)) for name in ("CheckoutRequestID", "MerchantRequestID")}
    return 200, {
        "payment_id": checkout_id,
        "user_id": subject,
        "order_id": order_id,
        "phone_no": masked(phone),
        "daraja_response": {**response, "ResponseCode": "0"},
        "amount": float(price),
    }


def claim(order_id, phone, address, shillings):
    """
    Takes the order for one push, and gives the attempt's id. Raises the answer where it is locked, paid, or pushed too often. One
    statement decides: of two requests in one moment, in one process or two, the second finds the row of the first.
    """
    attempt_id, now = secrets.token_hex(16), time.time()
    hashes = {"order_id": order_id, "phone_hash": mac("phone", phone), "address_hash": mac("address", address)}
    with transaction():
        # A push that is under way is not given up: it ends with DARAJA_TIMEOUT_S.
        database.execute(
            "UPDATE attempts SET state = 'released' WHERE order_id = ? AND checkout_id IS NULL AND callback_id IS NULL"
            " AND since + ? + CASE state WHEN 'sending' THEN ? ELSE 0 END <= ? AND state IN ('sending', 'unclear')",
            (order_id, RELEASE_AFTER_S, DARAJA_TIMEOUT_S + 5, now),
        )
        claimed = database.execute(
            "INSERT INTO attempts (id, order_id, state, started, since, shillings, phone, phone_hash, address_hash)"
            " SELECT ?, ?, 'sending', ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM attempts WHERE order_id = ?"
            " AND state IN ('sending', 'prompted', 'unclear', 'review', 'paid', 'paid_again'))",
            (attempt_id, order_id, now, now, shillings, masked(phone), hashes["phone_hash"], hashes["address_hash"], order_id),
        )
        if claimed.rowcount != 1:
            raise conflict(order_id, now)
        for column, (most, seconds) in LIMITS.items():
            # What Daraja has refused rang on no phone.
            counted = "AND state <> 'refused'" if column == "phone_hash" else ""
            earlier = rows(
                f"SELECT started FROM attempts WHERE {column} = ? AND started > ? AND id <> ? {counted} ORDER BY started DESC",
                hashes[column],
                now - seconds,
                attempt_id,
            )
            if len(earlier) >= most:
                after = max(1, math.ceil(earlier[most - 1]["started"] + seconds - now))
                raise Refusal(429, {"error": f"Too many pushes; try again in {after} s"}, {"Retry-After": str(after)})
    return attempt_id


def obstacle(order_id, attempt_id):
    """
    What forbids to send a claimed push, or to send it again. While it waited for a token, or for Daraja, a callback may have come for
    it, so that Daraja has taken it after all, or an earlier attempt may turn out to be paid.
    """
    if attempt_of(attempt_id)["callback_id"]:
        return UNCLEAR
    held = "SELECT 1 FROM attempts WHERE order_id = ? AND id <> ? AND state NOT IN ('refused', 'failed', 'released')"
    return HELD if rows(held, order_id, attempt_id) else None


def conflict(order_id, now):
    locking = "SELECT * FROM attempts WHERE order_id = ? AND state NOT IN ('refused', 'failed', 'released') ORDER BY started"
    held = rows(locking, order_id)
    paid = next((one for one in held if one["state"] == "paid"), None)
    if paid:
        return Refusal(409, {"error": "This order is already paid", "paid": {"payment_id": id_of(paid)}})
    live = held[-1]
    end = live["since"] + (PROMPT_WINDOW_S if id_of(live) or math.isinf(RELEASE_AFTER_S) else RELEASE_AFTER_S)
    expires_in = max(1, math.ceil(end - now))
    told = {"payment_id": id_of(live), "expires_in": expires_in}
    body = {"error": "A prompt for this order may still be live", "live": told}
    return Refusal(409, body, {"Retry-After": str(expires_in)})


def id_of(attempt):
    """Daraja's id of the checkout; by the callback where the push's answer was lost."""
    return attempt["checkout_id"] or attempt["callback_id"]


def is_shared(attempt):
    """Whether Daraja gave the id to another payment too: then its query may tell of that one."""
    same = "SELECT 1 FROM attempts WHERE id <> ? AND (checkout_id = ? OR callback_id = ?)"
    return bool(rows(same, attempt["id"], id_of(attempt), id_of(attempt)))


def is_due(attempt, now):
    """Whether Daraja may be asked about it: one query at a time, and one in QUERY_EVERY_S."""
    if attempt["state"] not in OPEN or not id_of(attempt):
        return False
    if not attempt["hinted"] and now < attempt["since"] + CALLBACK_OVERDUE_S:
        return False
    # A clock that was put back leaves times in the future.
    asking = now < attempt["asking_until"] <= now + DARAJA_TIMEOUT_S + 5
    return not asking and not now - QUERY_EVERY_S < attempt["asked"] <= now


def settle(attempt, deadline):
    """Asks Daraja what became of an attempt, if it is time to, and keeps what it says."""
    if not is_due(attempt, time.time()):
        return
    with transaction():
        now, attempt = time.time(), attempt_of(attempt["id"])
        if not is_due(attempt, now):
            return
        database.execute(
            "UPDATE attempts SET asked = ?, asking_until = ? WHERE id = ?", (now, now + DARAJA_TIMEOUT_S + 5, attempt["id"])
        )
    asked = id_of(attempt)
    answer = post("/mpesa/stkpushquery/v1/query", {"CheckoutRequestID": asked}, deadline)
    with transaction():
        database.execute("UPDATE attempts SET asking_until = 0 WHERE id = ?", (attempt["id"],))
        attempt = attempt_of(attempt["id"])
        if attempt["state"] in OPEN and id_of(attempt) == asked:
            weigh(attempt, answer)


def weigh(attempt, answer):
    """
    What an answer to a query makes of an attempt. Callbacks are not signed, so the query has the last word; where it gives none
    after three tries, a callback that came to the attempt's own address and fits it counts.
    """
    says = attempt["callback_code"] if attempt["callback_id"] == id_of(attempt) else None
    answered = answer.kind == "ok" and answer.body.get("CheckoutRequestID") == id_of(attempt)
    code = text_of(answer.body.get("ResultCode")) if answered else None
    desc = text_of(answer.body.get("ResultDesc")) or ""
    if code in FINAL_CODES and code != says and is_shared(attempt):
        conclude(attempt, "review", None, None)
    elif code == "0":
        conclude(attempt, "paid", code, desc)
    elif code in FINAL_CODES or (code and code == says and code != STILL_PROCESSING):
        if says != "0":
            conclude(attempt, "failed", code, desc)
        elif attempt["against"] >= 3:
            conclude(attempt, "review", None, None)
        else:
            database.execute("UPDATE attempts SET against = against + 1 WHERE id = ?", (attempt["id"],))
    elif code is None and answer.body.get("errorCode") != PROCESSING:
        fits = says not in (None, STILL_PROCESSING) and (says != "0" or attempt["callback_amount"] == str(attempt["shillings"]))
        if attempt["silent"] >= 2 and fits:
            conclude(attempt, "paid" if says == "0" else "failed", says, attempt["callback_desc"])
        else:
            database.execute("UPDATE attempts SET silent = silent + 1 WHERE id = ?", (attempt["id"],))


def conclude(attempt, state, code, desc):
    """Writes an outcome down. A success is final."""
    if state == "paid" and rows("SELECT 1 FROM attempts WHERE order_id = ? AND state = 'paid'", attempt["order_id"]):
        state = "paid_again"
    receipt = attempt["callback_receipt"] if state in PAID and attempt["callback_id"] == id_of(attempt) else None
    database.execute(
        "UPDATE attempts SET state = ?, result_code = ?, result_desc = ?, receipt = ? WHERE id = ? AND state NOT IN ('paid', 'paid_again')",
        (state, code, desc, receipt, attempt["id"]),
    )
    changed.notify_all()
    # `paid_again` is money to give back, and `review` is a question for a person: say so to one here.
    log(f"order {attempt['order_id']}: {state}" + (f" ({code})" if code else ""))


def status(request):
    if not subject_of(request.headers.get("Authorization") or ""):
        return 401, {"error": "Expected the access token in Authorization, without Bearer"}
    # Whoever has a token and an order's number may ask: check here that it is an order of the session, or make numbers unguessable.
    wait = request.query.get("wait", "")
    wait = min(LONGEST_WAIT_S, float(wait)) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", wait) else 0
    deadline = request.began + min(DARAJA_TIMEOUT_S, max(5, wait))
    end = request.began + wait
    held = False
    try:
        while True:
            answer = status_of(request.query.get("order_id"), request.query.get("payment_id"), deadline)
            left = end - time.monotonic()
            if answer[0] != 202 or left <= 0:
                return answer
            held = held or holding.acquire(blocking=False)
            if not held or request.is_gone():
                return answer
            with changed:
                # Looked at once more, as it may have changed since; other processes notify nobody.
                if status_of(request.query.get("order_id"), request.query.get("payment_id"))[0] == 202:
                    changed.wait(min(left, 1))
    finally:
        if held:
            holding.release()


holding = threading.BoundedSemaphore(MAX_HELD)


def status_of(order_id, payment_id, deadline=None):
    """The answer as it stands; with a deadline, after a query where one is due."""
    find = "SELECT * FROM attempts WHERE order_id = ? AND state <> 'refused' ORDER BY started DESC"
    everything = rows(find, order_id)
    if deadline is not None and any(is_due(attempt, time.time()) for attempt in everything):
        for attempt in everything:
            settle(attempt, deadline)
        everything = rows(find, order_id)
    paid = [attempt for attempt in everything if attempt["state"] == "paid"]
    named = [attempt for attempt in everything if payment_id and id_of(attempt) == payment_id]
    attempt = next(iter(paid + named + everything), None)
    if not attempt:
        return 404, {"error": "No push of this order is known"}
    if attempt["state"] not in ("paid", "paid_again", "failed"):
        return 202, {"status": "pending"}
    code = attempt["result_code"]
    told = {
        "result_code": int(code) if re.fullmatch(r"[0-9]{1,15}", code) else code,
        "result_desc": attempt["result_desc"],
        "checkout_request_id": id_of(attempt),
        "mpesa_receipt_number": attempt["receipt"],
    }
    return 200, {name: value for name, value in told.items() if value is not None}


def callback(request, attempt_id):
    """
    Takes what Daraja posts, at the attempt's own address. At the bare address it is a hint that brings a query, and no more. Whoever
    takes its answer can be sure that it is on the disk.
    """
    body = request.body.get("Body") if isinstance(request.body, dict) else None
    said = body.get("stkCallback") if isinstance(body, dict) else None
    checkout_id, code = (text_of(said.get(name)) for name in ("CheckoutRequestID", "ResultCode")) if isinstance(said, dict) else (None, None)
    if not checkout_id or not code:
        return 400, {"error": 'Expected {"Body": {"stkCallback": {"CheckoutRequestID", "ResultCode"}}}'}
    if attempt_id is None:
        with transaction():
            database.execute("UPDATE attempts SET hinted = 1 WHERE checkout_id = ?", (checkout_id,))
    else:
        keep_callback(attempt_id, checkout_id, code, said)
    due.set()
    return 200, {"ResultCode": 0, "ResultDesc": "Accepted"}


def keep_callback(attempt_id, checkout_id, code, said):
    metadata = said.get("CallbackMetadata")
    items = metadata.get("Item") if isinstance(metadata, dict) else None
    named = {item.get("Name"): text_of(item.get("Value")) for item in items or [] if isinstance(item, dict) and isinstance(item.get("Name"), str)}
    receipt, amount = named.get("MpesaReceiptNumber"), named.get("Amount")
    if amount is not None:
        amount = str(int(float(amount))) if re.fullmatch(r"[0-9]{1,9}(\.0*)?", amount) else amount
    with transaction():
        attempt = attempt_of(attempt_id)
        if attempt["checkout_id"] not in (None, checkout_id):
            return
        same = attempt["callback_id"] == checkout_id
        if (same and attempt["callback_code"] in ("0", code)) or (attempt["callback_code"] == "0" and code != "0"):
            return  # A duplicate, or a failure after a success
        database.execute(
            "UPDATE attempts SET hinted = 1, callback_id = ?, callback_code = ?, callback_desc = ?, callback_receipt = ?,"
            " callback_amount = ? WHERE id = ?",
            (checkout_id, code, text_of(said.get("ResultDesc")) or "", receipt, amount, attempt_id),
        )
        attempt = attempt_of(attempt_id)
        if code != "0":
            return
        if attempt["state"] in PAID:
            # The query was faster, and has no receipt number.
            database.execute("UPDATE attempts SET receipt = ? WHERE id = ? AND receipt IS NULL", (receipt, attempt_id))
        elif amount is not None and amount != str(attempt["shillings"]):
            conclude(attempt, "review", None, None)
        elif attempt["state"] not in OPEN:
            # A success after all: the order is locked until the query has said so, or not.
            database.execute("UPDATE attempts SET state = 'unclear' WHERE id = ?", (attempt_id,))


# Set when a callback has come.
due = threading.Event()


def reconcile():
    """Asks for what no page asks for: after a callback, after a restart, and ever less often the older an attempt is."""
    with ThreadPoolExecutor(4) as pool:
        while True:
            due.wait(min(1, QUERY_EVERY_S))
            due.clear()
            try:
                server.drop_slow()
                now = time.time()
                for attempt in rows(f"SELECT * FROM attempts WHERE state IN {OPEN}"):
                    if is_due(attempt, now) and now - attempt["asked"] >= (now - attempt["since"]) / 4:
                        pool.submit(settle_or_log, attempt)
            except Exception as error:
                log(f"{type(error).__name__} in reconcile")


def settle_or_log(attempt):
    try:
        settle(attempt, time.monotonic() + DARAJA_TIMEOUT_S)
    except Exception as error:
        log(f"{type(error).__name__} in settle")


PUSH_PATH = "/payments/mpesa/payment/push/request"
ROUTES = {
    ("GET", "/payments/mpesa/token"): token,
    ("POST", PUSH_PATH): push,
    # Pages ask for CORS permission ahead with it.
    ("HEAD", PUSH_PATH): lambda _request: (204, None),
    ("GET", "/payments/mpesa/status"): status,
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "payments", ""
    # For one read or write; `drop_slow` ends a connection that brings its request byte by byte.
    timeout = 30
    headers = None
    too_long = 0

    def answer(self, status, body=None, headers=None):
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Vary", "Origin")
        if self.headers and self.headers.get("Origin") == SHOP_ORIGIN:
            self.send_header("Access-Control-Allow-Origin", SHOP_ORIGIN)
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
            self.send_header("Access-Control-Expose-Headers", "Retry-After")
            self.send_header("Access-Control-Max-Age", "7200")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if text:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def send_error(self, code, message=None, explain=None):
        self.close_connection = True
        self.answer(code, {"error": HTTPStatus(code).phrase})

    def handle_one_request(self):
        self.server.reading(self)
        super().handle_one_request()

    def handle_request(self):
        try:
            answer = self.route()
        except Refusal as refusal:
            answer = refusal.answer
        except OSError:
            raise
        except Exception as error:
            # Without the error's text, which may quote what was sent.
            log(f"{type(error).__name__} in {self.command}")
            answer = 503 if isinstance(error, sqlite3.Error) else 500, {"error": "Internal error"}
        self.answer(*answer)
        # Read and forgotten, or the client would see a broken connection in place of the answer; for READING_S at most.
        while self.too_long > 0 and self.rfile.read(min(self.too_long, MAX_BODY_BYTES)):
            self.too_long -= MAX_BODY_BYTES

    do_GET = do_POST = do_HEAD = do_OPTIONS = do_PUT = do_DELETE = do_PATCH = handle_request

    def route(self):
        text = self.read_body()
        self.server.has_read(self)
        self.began = time.monotonic()
        path, _, query = self.path.partition("?")
        if not re.fullmatch(r"/([^/\\].*)?", path):
            return 400, {"error": "The address is none"}
        if self.command == "OPTIONS":
            return 204, None
        self.query = {name: values[0] for name, values in parse_qs(query).items()}
        route = ROUTES.get((self.command, path))
        if self.command == "POST" and path == CALLBACK_PATH:
            route = lambda request: callback(request, None)
        elif self.command == "POST" and path.startswith(CALLBACK_PATH + "/"):
            attempt_id = path[len(CALLBACK_PATH) + 1 :]
            if attempt_of(attempt_id):
                route = lambda request: callback(request, attempt_id)
        if not route:
            return 404, {"error": "Not found"}
        try:
            self.body = json.loads(text) if text else None
        except (ValueError, RecursionError):
            return 400, {"error": "The body is not JSON"}
        return route(self)

    def read_body(self):
        """What was sent. Anything that a proxy in front may count otherwise is refused, and ends the connection."""
        lengths = self.headers.get_all("Content-Length", [])
        refusal = None
        if "Transfer-Encoding" in self.headers:
            refusal = Refusal(411, {"error": "Send a Content-Length, without Transfer-Encoding"})
        elif len(lengths) > 1 or not all(re.fullmatch(r"[0-9]{1,15}", length) for length in lengths):
            refusal = Refusal(400, {"error": "Expected one Content-Length, of digits"})
        length = 0 if refusal or not lengths else int(lengths[0])
        if length > MAX_BODY_BYTES:
            self.too_long = length
            refusal = Refusal(413, {"error": f"The body is longer than {MAX_BODY_BYTES} bytes"})
        if refusal:
            self.close_connection = True
            raise refusal
        text = self.rfile.read(length)
        if len(text) < length:
            self.close_connection = True
            raise Refusal(400, {"error": "The body is shorter than its Content-Length"})
        return text

    def address(self):
        """Where the customer is, as far as our own proxies say so."""
        hops = [hop.strip() for hop in ",".join(self.headers.get_all("X-Forwarded-For", [])).split(",") if hop.strip()]
        return hops[-TRUSTED_PROXIES] if 0 < TRUSTED_PROXIES <= len(hops) else self.client_address[0]

    def is_gone(self):
        """Whether the page has given up a held question."""
        if not select.select([self.connection], [], [], 0)[0]:
            return False
        return not self.connection.recv(1, socket.MSG_PEEK)

    def log_message(self, *_):
        """Python's own log has whole addresses in it, the callback's among them."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    # The connections that have not brought a whole request yet, oldest first, by their handler.
    waiting = {}
    waiting_lock = threading.Lock()
    threads = threading.BoundedSemaphore(MAX_THREADS)

    def reading(self, handler):
        with self.waiting_lock:
            self.waiting[handler.connection] = time.monotonic()

    def has_read(self, handler):
        with self.waiting_lock:
            self.waiting.pop(handler.connection, None)

    def drop_slow(self, always=0):
        """Ends the connections whose request does not come, and of the others as many of the oldest as `always` says."""
        with self.waiting_lock:
            for connection, since in list(self.waiting.items()):
                if always <= 0 and time.monotonic() - since < READING_S:
                    return
                always -= 1
                del self.waiting[connection]
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def process_request(self, request, client_address):
        # With every thread taken, those give way that only keep a connection open.
        while not self.threads.acquire(timeout=0.1):
            self.drop_slow(always=10)
        super().process_request(request, client_address)

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.waiting_lock:
                self.waiting.pop(request, None)
            self.threads.release()

    def handle_error(self, request, client_address):
        """A connection that broke is none of ours, and a traceback may quote what was sent."""
        log(f"{sys.exc_info()[0].__name__} in a connection")


if __name__ == "__main__":
    server = Server((setting("HOST", "127.0.0.1"), int(setting("PORT", "8080"))), Handler)
    log(f"The payments: http://{setting('HOST', '127.0.0.1')}:{server.server_port}")
    if BASE_URL.scheme == "http" and BASE_URL.path.endswith("/daraja"):
        phone = f"{BASE_URL.geturl()}/handset/0723123123/prompts/latest"
        log(f"Enter the PIN on the simulated phone: curl -d '{{\"action\":\"approve\"}}' {phone}")
    threading.Thread(target=reconcile, daemon=True).start()
    server.serve_forever()
