"""
A payments backend for <vitumob-pay> on Python 3, without dependencies: token, push and status for the page, the callback for
Daraja. See docs/backend.md for its duties, and for how to start it.

What it remembers is in memory: put `payments` and `callbacks` into your database, and `amount_of` is your table of orders.
"""

import base64
import hashlib
import hmac
import http.client
import json
import math
import os
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


def setting(name, otherwise=None):
    value = os.environ.get(name) or otherwise
    if not value:
        sys.exit(f"{name} is not set")
    return value


BASE_URL = setting("DARAJA_BASE_URL")
CONSUMER_KEY = setting("DARAJA_CONSUMER_KEY")
CONSUMER_SECRET = setting("DARAJA_CONSUMER_SECRET")
SHORTCODE = setting("DARAJA_SHORTCODE")
PASSKEY = setting("DARAJA_PASSKEY")
# With a path that nobody can guess: it is all that tells Daraja's callbacks from forged ones.
CALLBACK_URL = setting("DARAJA_CALLBACK_URL")
SHOP_ORIGIN = setting("SHOP_ORIGIN")
ORDERS_FILE = setting("ORDERS_FILE", Path(__file__).parent.parent / "orders.json")

# For as long a prompt may be on the phone.
PROMPT_WINDOW_S = float(setting("PROMPT_WINDOW_S", "120"))
# Then Daraja is asked what became of it.
CALLBACK_OVERDUE_S = float(setting("CALLBACK_OVERDUE_S", "20"))
# Below the widget's own 30 s.
DARAJA_TIMEOUT_S = 25
TOKEN_LIFE_S = 600
MAX_BODY_BYTES = 16_384
# Any other code in a query's answer is none yet (docs/backend.md).
FINAL_CODES = set("0 1 2 3 4 8 17 26 1001 1019 1025 1031 1032 1036 1037 2001 9999".split())

# Every push that may have put a prompt on a phone: {"order_id", "id", "since", "result"}.
payments = []
# What Daraja has posted, by CheckoutRequestID. It may come before the answer to the push.
callbacks = {}
# Held where what is remembered is read and changed in one step, and never while Daraja is asked.
lock = threading.Lock()


def amount_of(order_id):
    """What the order costs, as a decimal string; None for an order that there is not."""
    return json.loads(Path(ORDERS_FILE).read_text()).get(order_id)


def of_order(order_id):
    return [payment for payment in payments if payment["order_id"] == order_id]


def masked(phone):
    return f"{phone[:4]}*****{phone[-3:]}"


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


# The page's token: our own, signed and short-lived. Daraja's never leaves this server, as it opens all of the account's APIs.
def signature(expiry):
    return hmac.new(CONSUMER_SECRET.encode(), f"page {expiry}".encode(), hashlib.sha256).hexdigest()


def new_token():
    expiry = int(time.time()) + TOKEN_LIFE_S
    return f"{expiry}.{signature(expiry)}"


def is_valid(token):
    expiry, _, signed = token.partition(".")
    right = hmac.compare_digest(signature(expiry).encode(), signed.encode())
    return right and int(expiry) > time.time()


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


daraja = urllib.request.build_opener(KeepRedirects)


def ask(path, headers, fields=None):
    """Asks Daraja: (status, body, error). Without body and error there is no clear answer: it may have happened."""
    data = None if fields is None else json.dumps(fields).encode()
    request = urllib.request.Request(BASE_URL + path, data, {"Content-Type": "application/json", **headers})
    try:
        try:
            with daraja.open(request, timeout=DARAJA_TIMEOUT_S) as response:
                status, text = response.status, response.read()
        except urllib.error.HTTPError as refusal:
            status, text = refusal.code, refusal.read()
        body = json.loads(text)
    except (OSError, ValueError, http.client.HTTPException):
        return 0, None, None
    if not isinstance(body, dict):
        return status, None, None
    if body.get("errorCode"):
        return status, None, body
    return status, (body if 200 <= status < 300 else None), None


daraja_token = (None, 0)


def token_of_daraja():
    global daraja_token
    token, expiry = daraja_token
    if token and time.time() < expiry:
        return token
    credentials = base64_of(f"{CONSUMER_KEY}:{CONSUMER_SECRET}")
    path = "/oauth/v1/generate?grant_type=client_credentials"
    _, body, _ = ask(path, {"Authorization": f"Basic {credentials}"})
    if not body or not body.get("access_token"):
        return None
    daraja_token = (body["access_token"], time.time() + int(body["expires_in"]) - 10)
    return body["access_token"]


def post(path, fields, may_renew=True):
    """Posts to Daraja; once more with a fresh token where it has refused the one that we had, so that nothing has happened yet."""
    global daraja_token
    token = token_of_daraja()
    if not token:
        return 502, None, {"errorCode": "no-token", "errorMessage": "Daraja gave no access token"}
    timestamp = datetime.now(timezone(timedelta(hours=3))).strftime("%Y%m%d%H%M%S")
    own = {
        "BusinessShortCode": SHORTCODE,
        "Password": base64_of(SHORTCODE + PASSKEY + timestamp),
        "Timestamp": timestamp,
    }
    answer = ask(path, {"Authorization": f"Bearer {token}"}, {**own, **fields})
    error = answer[2]
    if not error or error["errorCode"] != "404.001.03" or not may_renew:
        return answer
    daraja_token = (None, 0)
    return post(path, fields, False)


def token(_request):
    # Answer only to a session that has an order to pay, and limit the rate.
    return 200, {"access_token": new_token(), "expires_in": str(TOKEN_LIFE_S)}


def push(request):
    token = request.headers.get("Authorization")
    if not token:
        return 400, {"error": "Access token not provided"}
    if not is_valid(token):
        expired = {"errorCode": "404.001.03", "errorMessage": "Invalid Access Token", "requestId": ""}
        return 404, {"status_code": 404, "daraja_error": expired}

    order = request.body.get("order") if isinstance(request.body, dict) else None
    names = ("order_id", "user_phone_number", "amount")
    order_id, phone, amount = fields = [order.get(name) if isinstance(order, dict) else None for name in names]
    if not all(isinstance(field, str) for field in fields) or not re.fullmatch(r"254[17][0-9]{8}", phone):
        return 400, {"error": 'Expected {"order": {"order_id", "user_phone_number", "amount"}}, all strings'}
    price = amount_of(order_id)
    if price is None:
        return 404, {"error": "No such order"}
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", amount) or Decimal(amount) != Decimal(price):
        return 400, {"error": "This is not what the order costs"}

    for payment in of_order(order_id):
        settle(payment)
    # Of two requests in one moment the second finds the mark of the first.
    with lock:
        before = of_order(order_id)
        if any(is_paid(payment) for payment in before):
            return 409, {"error": "This order is already paid"}
        live = next((payment for payment in before if is_live(payment)), None)
        if live:
            expires_in = max(0, math.ceil(live["since"] + PROMPT_WINDOW_S - time.time()))
            told = {"payment_id": live["id"], "expires_in": expires_in}
            return 409, {"error": "A prompt for this order may still be live", "live": told}
        payment = {"order_id": order_id, "id": None, "since": time.time(), "result": None}
        payments.append(payment)

    status, body, error = post(
        "/mpesa/stkpush/v1/processrequest",
        {
            "TransactionType": "CustomerPayBillOnline",
            "Amount": math.ceil(Decimal(price)),  # M-Pesa moves whole shillings
            "PartyA": phone,
            "PartyB": SHORTCODE,
            "PhoneNumber": phone,
            "CallBackURL": CALLBACK_URL,
            "AccountReference": re.sub(r"[^A-Za-z0-9_-]", "", order_id)[-12:] or "order",
            "TransactionDesc": "Order",
        },
    )
    outcome = (error or {}).get("errorCode") or (body or {}).get("ResponseCode") or "no clear answer"
    print(f"push for order {order_id} to {masked(phone)}: {outcome}", flush=True)
    with lock:
        if error:
            payments.remove(payment)  # Daraja has refused it: nothing was sent
            told = {name: error.get(name, "") for name in ("errorCode", "errorMessage", "requestId")}
            return max(status, 400), {"status_code": max(status, 400), "daraja_error": told}
        payment["since"] = time.time()
        if not body or not body.get("CheckoutRequestID"):
            return 502, {"error": "Daraja gave no clear answer; a prompt may be on the phone"}
        if body.get("ResponseCode") == "0":
            payment["id"] = body["CheckoutRequestID"]
        else:
            payments.remove(payment)
    names = ("CheckoutRequestID", "MerchantRequestID", "ResponseCode")
    return 200, {
        "payment_id": body["CheckoutRequestID"],
        "order_id": order_id,
        "daraja_response": {name: body.get(name) for name in names},
        "amount": float(price),
    }


def code_in(result):
    """The code in a callback or in a query's answer, as a string: it comes as either."""
    if not result:
        return None
    inner = result["Body"]["stkCallback"] if "Body" in result else result
    return str(inner.get("ResultCode"))


def is_paid(payment):
    return code_in(payment["result"]) == "0"


def says_paid(checkout_id):
    return code_in(callbacks.get(checkout_id)) == "0"


def is_live(payment):
    """Whether a prompt may be on the phone, or a callback says paid and the query has not confirmed it."""
    in_window = time.time() < payment["since"] + PROMPT_WINDOW_S
    return (not payment["result"] and in_window) or says_paid(payment["id"])


def settle(payment):
    """
    Finds out what became of a payment. Callbacks are not signed, so Daraja's query has to agree with one before it counts;
    where no callback comes, the query alone has to do. A success is final.
    """
    checkout_id = payment["id"]
    if not checkout_id:
        return
    with lock:
        callback = callbacks.get(checkout_id)
        # The callback has the receipt number, which the query's answer lacks.
        if is_paid(payment) and says_paid(checkout_id):
            payment["result"] = callback
        if payment["result"] and (is_paid(payment) or not says_paid(checkout_id)):
            return
        if not callback and time.time() < payment["since"] + CALLBACK_OVERDUE_S:
            return

    _, body, _ = post("/mpesa/stkpushquery/v1/query", {"CheckoutRequestID": checkout_id})
    with lock:
        if not body or body.get("CheckoutRequestID") != checkout_id or is_paid(payment):
            return
        code = code_in(body)
        if code_in(callback) == code:
            payment["result"] = callback
        elif code in FINAL_CODES:
            payment["result"] = body


def status(request):
    # Ask your session here whose order it is.
    order_id, payment_id = request.query.get("order_id"), request.query.get("payment_id")
    everything = of_order(order_id)
    for payment in everything:
        settle(payment)
    paid = [payment for payment in everything if is_paid(payment)]
    named = [payment for payment in everything if payment_id and payment["id"] == payment_id]
    payment = next(iter(paid + named + everything[::-1]), None)
    if not payment:
        return 404, {"error": "No such payment"}
    return (200, payment["result"]) if payment["result"] else (202, {"status": "pending"})


def callback(request):
    try:
        checkout_id = request.body["Body"]["stkCallback"]["CheckoutRequestID"]
    except (KeyError, TypeError):
        checkout_id = None
    if not isinstance(checkout_id, str):
        return 400, {"error": "Not a callback"}
    with lock:
        # Callbacks come late and twice: a success stays.
        if not says_paid(checkout_id):
            callbacks[checkout_id] = request.body
        payment = next((payment for payment in payments if payment["id"] == checkout_id), None)
    if payment:
        settle(payment)
    return 200, {"ResultCode": 0, "ResultDesc": "Accepted"}


ROUTES = {
    ("GET", "/payments/mpesa/token"): token,
    ("POST", "/payments/mpesa/payment/push/request"): push,
    ("GET", "/payments/mpesa/status"): status,
    ("POST", urlsplit(CALLBACK_URL).path): callback,
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    body = None
    query = {}

    def answer(self, status, body=None):
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Vary", "Origin")
        if self.headers.get("Origin") == SHOP_ORIGIN:
            self.send_header("Access-Control-Allow-Origin", SHOP_ORIGIN)
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
            self.send_header("Access-Control-Max-Age", "7200")
        if text:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def handle_request(self):
        url = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(url.query).items()}
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY_BYTES:
            self.close_connection = True
            return self.answer(413, {"error": "The body is too large"})
        text = self.rfile.read(length)
        route = ROUTES.get((self.command, url.path))
        if not route:
            return self.answer(404, {"error": "Not found"})
        try:
            self.body = json.loads(text) if text else None
        except ValueError:
            return self.answer(400, {"error": "The body is not JSON"})
        try:
            result = route(self)
        except Exception as error:
            # Without the error's text, which may quote what was sent.
            print(f"{type(error).__name__} in {route.__name__}", file=sys.stderr, flush=True)
            result = 500, {"error": "Internal error"}
        return self.answer(*result)

    do_GET = do_POST = handle_request

    def do_OPTIONS(self):
        self.answer(204)

    def log_message(self, *_):
        """Python's own log has whole addresses in it, the callback's secret path among them."""


if __name__ == "__main__":
    ThreadingHTTPServer(("", int(setting("PORT", "8080"))), Handler).serve_forever()
