"""Only what a trusted key has signed, exactly as it signed it, becomes Verified."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy.envelope import LICENSE_TYPE, PRODUCT_TYPE, Envelope, signed_bytes
from pgtoll_policy.errors import BadKey, BadSignature
from pgtoll_policy.keys import (
    TEST_KEYS,
    PublicKey,
    Verified,
    key_id_of,
    parse_public_key,
    trusted,
    verify,
)

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2, 3)]


def pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


PUBLIC = [parse_public_key(pem(key.public_key())) for key in KEYS]


def signed(number: int, payload: bytes = b"{}", kind: str = LICENSE_TYPE) -> Envelope:
    signature = KEYS[number].sign(signed_bytes(kind, payload))
    return Envelope(kind, payload, PUBLIC[number].key_id, signature)


def test_a_key_id_is_half_of_the_keys_sha256() -> None:
    assert [len(key.key_id) for key in PUBLIC] == [32, 32, 32]
    assert PUBLIC[0].key_id == "34750f98bd59fcfc946da45aaabe933b"
    assert key_id_of(KEYS[0].public_key()) == PUBLIC[0].key_id


def test_each_of_several_trusted_keys_verifies_its_own() -> None:
    keys = trusted(PUBLIC[:2])
    assert verify(signed(0, b"one"), keys) == Verified(LICENSE_TYPE, b"one", PUBLIC[0].key_id)
    assert verify(signed(1, b"two"), keys) == Verified(LICENSE_TYPE, b"two", PUBLIC[1].key_id)


def test_a_key_that_is_not_trusted_is_named() -> None:
    with pytest.raises(BadSignature, match=f"not signed by a trusted key.*{PUBLIC[2].key_id}"):
        verify(signed(2), trusted(PUBLIC[:2]))


@pytest.mark.parametrize(
    "envelope",
    [
        replace(signed(0), key_id=PUBLIC[1].key_id),
        replace(signed(0), payload=b"{ }"),
        replace(signed(0), payload_type=PRODUCT_TYPE),
        replace(signed(0), signature=bytes(64)),
    ],
)
def test_anything_altered_is_a_bad_signature(envelope: Envelope) -> None:
    with pytest.raises(BadSignature, match="does not match"):
        verify(envelope, trusted(PUBLIC))


@given(st.integers(0, 511))
def test_a_flipped_bit_of_the_signature_is_refused(bit: int) -> None:
    signature = bytearray(signed(0).signature)
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadSignature):
        verify(replace(signed(0), signature=bytes(signature)), trusted(PUBLIC))


def test_the_group_order_added_to_a_signature_is_refused() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    signature = signed(0).signature
    scalar = int.from_bytes(signature[32:], "little") + order
    malleated = signature[:32] + scalar.to_bytes(32, "little")
    with pytest.raises(BadSignature):
        verify(replace(signed(0), signature=malleated), trusted(PUBLIC))


def test_trusted_keys_cannot_be_added_to() -> None:
    with pytest.raises(TypeError):
        trusted(PUBLIC)["x"] = PUBLIC[0]  # type: ignore[index]  # that is the point


@pytest.mark.parametrize("raw", sorted(TEST_KEYS))
def test_a_published_test_key_is_never_trusted(raw: str) -> None:
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(raw))
    with pytest.raises(BadKey, match="published test key"):
        trusted([PUBLIC[0], PublicKey(key_id_of(key), key)])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a public key"),
        (b"\x00\xff", "not a public key"),
        (pem(KEYS[0].public_key())[:60], "not a public key"),
        (pem(KEYS[0].public_key()) * 2, "several keys"),
        (b"-----BEGIN PRIVATE KEY-----\n", "stay with the vendor"),
        (b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", "stay with the vendor"),
        (
            X25519PrivateKey.generate()
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            "not an Ed25519 key",
        ),
    ],
)
def test_a_file_that_is_not_one_public_key_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(BadKey, match=reason):
        parse_public_key(data)
