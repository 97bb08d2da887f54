"""The vendor's side: keys, and documents -> the bytes of signed files."""

import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from pgtoll_policy.documents import (
    MAX_DAYS,
    Document,
    parse_document,
    payload_type_of,
    render_document,
)
from pgtoll_policy.envelope import MAX_FILE_BYTES, Envelope, render_envelope, signed_bytes
from pgtoll_policy.errors import BadDocument, BadKey
from pgtoll_policy.keys import Verified, key_id_of


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A vendor's key: whoever has it can issue licenses."""

    key_id: str
    key: Ed25519PrivateKey


# Whoever gets the file may try as many passphrases as they like.
MIN_PASSPHRASE = 8


def generate_key(passphrase: str = "") -> tuple[bytes, bytes]:
    """Return a new key's private and public halves, in PEM form.

    With a passphrase the private half is of use only together with it. Raises BadKey for one that
    is too short.
    """
    if 0 < len(passphrase) < MIN_PASSPHRASE:
        raise BadKey(f"a passphrase has at least {MIN_PASSPHRASE} characters")
    lock: KeySerializationEncryption = NoEncryption()
    if passphrase:
        lock = BestAvailableEncryption(passphrase.encode())
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, public


def is_protected(data: bytes) -> bool:
    """Tell whether a PEM file is of use only with a passphrase."""
    return b"ENCRYPTED" in data


def parse_private_key(data: bytes, passphrase: str = "") -> PrivateKey:
    """Return the Ed25519 private key of a PEM file. Raises BadKey.

    A passphrase that the key does not need is not looked at.
    """
    if is_protected(data) and not passphrase:
        raise BadKey("private key is protected by a passphrase")
    try:
        key = load_pem_private_key(data, passphrase.encode() if is_protected(data) else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        if is_protected(data):
            raise BadKey("the passphrase is wrong, or the file is damaged") from exc
        raise BadKey("not a private key in PEM form") from exc
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("not an Ed25519 key")
    return PrivateKey(key_id_of(key.public_key()), key)


def sign(document: Document, key: PrivateKey) -> bytes:
    """Return the bytes of a signed file.

    Raises BadDocument for what every reader would refuse, so that a vendor hears of it first.
    """
    payload_type, payload = payload_type_of(document), render_document(document)
    parse_document(Verified(payload_type, payload, key.key_id))
    signature = key.key.sign(signed_bytes(payload_type, payload))
    data = render_envelope(Envelope(payload_type, payload, key.key_id, signature))
    if len(data) > MAX_FILE_BYTES:
        raise BadDocument(f"file of {len(data)} bytes, at most {MAX_FILE_BYTES} are read")
    return data


def new_license_id() -> str:
    """Return an id that no other license has."""
    return secrets.token_hex(16)


def period(starts: date, days: int) -> tuple[datetime, datetime]:
    """Return when a license of that many whole days starts and is due, in UTC.

    It holds from the first moment of `starts` to the end of its last day; the due instant is the
    midnight after. Raises BadDocument.
    """
    if not 1 <= days <= MAX_DAYS:
        raise BadDocument(f"a license lasts 1 to {MAX_DAYS} days: {days}")
    first = datetime.combine(starts, time(), tzinfo=UTC)
    try:
        return first, first + timedelta(days=days)
    except OverflowError as exc:
        raise BadDocument(f"{days} days from {starts} is beyond the calendar") from exc
