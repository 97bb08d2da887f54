"""Trusted public keys, and the one way from an Envelope to Verified bytes."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from pgtoll_policy.envelope import Envelope, signed_bytes
from pgtoll_policy.errors import BadKey, BadSignature

# RFC 8032, section 7.1 prints these keys together with their private halves for testing: whoever
# trusts one of them trusts everybody.
TEST_KEYS = frozenset(
    {
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    }
)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signatures can be checked with."""

    key_id: str
    key: Ed25519PublicKey


TrustedKeys = Mapping[str, PublicKey]  # by key id


@dataclass(frozen=True, slots=True)
class Verified:
    """Bytes signed by a key we trust, exactly as they were signed. Only verify() makes one."""

    payload_type: str
    payload: bytes
    key_id: str


def key_id_of(key: Ed25519PublicKey) -> str:
    """Return the id that files name this key by: 128 bits of its SHA-256."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:32]


def parse_public_key(data: bytes) -> PublicKey:
    """Return the one Ed25519 public key of a PEM file. Raises BadKey."""
    if b"PRIVATE KEY-----" in data:
        raise BadKey("a private key where a public key belongs: it must stay with the vendor")
    if data.count(b"-----BEGIN") > 1:
        raise BadKey("several keys in one file, of which only the first would count")
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise BadKey("not a public key in PEM form") from exc
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("not an Ed25519 key")
    return PublicKey(key_id_of(key), key)


def trusted(keys: Iterable[PublicKey]) -> TrustedKeys:
    """Return the keys by id. Raises BadKey for a test key whose private half is published."""
    by_id = {key.key_id: key for key in keys}
    for key in by_id.values():
        if key.key.public_bytes_raw().hex() in TEST_KEYS:
            raise BadKey(f"key {key.key_id} is a published test key: anybody can sign with it")
    return MappingProxyType(by_id)


def verify(envelope: Envelope, keys: TrustedKeys) -> Verified:
    """Return the signed bytes themselves, exactly as they were signed. Raises BadSignature."""
    trusted_key = keys.get(envelope.key_id)
    if trusted_key is None:
        raise BadSignature(f"not signed by a trusted key but by {envelope.key_id}")
    content = signed_bytes(envelope.payload_type, envelope.payload)
    try:
        trusted_key.key.verify(envelope.signature, content)
    except InvalidSignature as exc:
        raise BadSignature(f"signature of key {envelope.key_id} does not match") from exc
    return Verified(envelope.payload_type, envelope.payload, envelope.key_id)
