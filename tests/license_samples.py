"""Documents and keys for tests of licensing: sound ones, to be bent by each test as it needs."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from pgtoll_policy.documents import License, LicenseType, Operation, Product, Revocation
from pgtoll_policy.envelope import Envelope, render_envelope, signed_bytes
from pgtoll_policy.issue import PrivateKey, generate_key, parse_private_key
from pgtoll_policy.keys import PublicKey, TrustedKeys, parse_public_key, trusted

ISSUED = datetime(2026, 1, 1, 12, tzinfo=UTC)
STARTS = datetime(2026, 1, 1, tzinfo=UTC)
DUE = datetime(2027, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, tzinfo=UTC)

MARKETING = Product(
    code="marketing",
    title="Marketing",
    version=None,
    prefix="Mrkt",
    objects=("MrktInvoice", "Mrkt*"),
    operations=(Operation("MrktApp.Use", "Use marketing"),),
    components=(),
    cap=None,
    exempt=(),
    serial=1,
    issued=ISSUED,
    key_id="a" * 32,
)
SERVER = License(
    id="1" * 32,
    product="marketing",
    type=LicenseType.SERVER,
    seats=None,
    starts=STARTS,
    due=DUE,
    customer=None,
    instance=None,
    version=None,
    serial=1,
    issued=ISSUED,
    key_id="a" * 32,
)
PERSONAL = replace(SERVER, id="2" * 32, type=LicenseType.PERSONAL, seats=2)
REVOCATION = Revocation(frozenset({SERVER.id}), serial=1, issued=ISSUED, key_id="a" * 32)


def key_pair() -> tuple[PrivateKey, PublicKey]:
    private, public = generate_key()
    return parse_private_key(private), parse_public_key(public)


KEY, PUBLIC_KEY = key_pair()
KEYS: TrustedKeys = trusted([PUBLIC_KEY])


def sign_payload(payload_type: str, payload: bytes, key: PrivateKey = KEY) -> bytes:
    """Return a signed file of any content, sound or not."""
    signature = key.key.sign(signed_bytes(payload_type, payload))
    return render_envelope(Envelope(payload_type, payload, key.key_id, signature))


def sign_fields(payload_type: str, fields: object, key: PrivateKey = KEY) -> bytes:
    return sign_payload(payload_type, json.dumps(fields).encode(), key)
