"""Whether a webhook is signed by who shares the secret: https://www.standardwebhooks.com. It needs nothing but Python."""

import base64
import hashlib
import hmac
import re
import time

# Seconds by which the clocks of the two servers may differ.
TOLERANCE = 300


def is_signed(secret, headers, body, now=None):
    """`secret` is `whsec_` and base64; `headers` has a `get`; `body` is the bytes as they came."""
    identifier = headers.get('webhook-id') or ''
    timestamp = headers.get('webhook-timestamp') or ''
    signatures = headers.get('webhook-signature') or ''
    try:
        key = base64.b64decode(secret.removeprefix('whsec_'), validate=True)
    except ValueError:
        return False
    if not key or not identifier or not re.fullmatch(r'[0-9]{1,12}', timestamp):
        return False
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
        return False
    signed = f'{identifier}.{timestamp}.'.encode() + body
    expected = b'v1,' + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # Several while a secret is being changed.
    return any(hmac.compare_digest(expected, signature.encode()) for signature in signatures.split(' '))
