"""Secrets, and the grammar of attributes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from passphrases import client_key, secret_of, text_of

from pgtoll.errors import RefusedLogin
from pgtoll.wire.scram import (
    Attributes,
    is_key,
    is_printable,
    mock_secret,
    read_secret,
    signature,
    xored,
)

KEY = "A" * 43 + "="
BYTES32 = st.binary(min_size=32, max_size=32)


@given(salt=st.binary(min_size=1, max_size=40), iterations=st.integers(1, 5))
def test_a_secret_is_read_as_postgresql_writes_it(salt: bytes, iterations: int) -> None:
    secret = secret_of("open sesame", salt=salt, iterations=iterations)
    assert read_secret(text_of(secret)) == secret


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "md5a3556571e93b0d20722ba62be61e8c2d",
        f"SCRAM-SHA-256$0:AAAA${KEY}:{KEY}",
        f"SCRAM-SHA-256$-1:AAAA${KEY}:{KEY}",
        f"SCRAM-SHA-256$2147483648:AAAA${KEY}:{KEY}",
        f"SCRAM-SHA-256$4096:AAA${KEY}:{KEY}",
        f"SCRAM-SHA-256$4096:${KEY}:{KEY}",
        f"SCRAM-SHA-256$4096:AAAA$AAAA:{KEY}",
        f"SCRAM-SHA-256$4096:AAAA${KEY}:AAAA",
        f"SCRAM-SHA-256$4096:AAAA${KEY}:{KEY}\n",
        f"SCRAM-SHA-1$4096:AAAA${KEY}:{KEY}",
    ],
)
def test_what_is_no_secret_is_none(text: str) -> None:
    assert read_secret(text) is None


def test_the_key_of_a_secret_is_known_by_its_hash() -> None:
    secret = secret_of("open sesame")
    assert is_key(client_key("open sesame", secret), secret.stored_key)
    assert not is_key(client_key("open sesam", secret), secret.stored_key)


@given(BYTES32, BYTES32)
def test_a_proof_and_its_signature_give_the_key_back(key: bytes, stored: bytes) -> None:
    signed = signature(stored, b"said")
    assert xored(xored(key, signed), signed) == key


def test_a_mock_secret_is_the_same_each_time_and_nobody_elses() -> None:
    """CVE class: authentication of absent users."""
    one = mock_secret("ghost", b"nonce", 4096)
    assert one == mock_secret("ghost", b"nonce", 4096)
    assert one.mock
    assert (one.iterations, len(one.salt)) == (4096, 16)
    assert one.salt != mock_secret("ghosts", b"nonce", 4096).salt
    assert one.salt != mock_secret("ghost", b"other", 4096).salt


NONCES = {b"a!~": True, b"": False, b"a b": False, b"a,b": False, b"a\x7f": False, b"\xe4": False}


@pytest.mark.parametrize(("nonce", "fine"), NONCES.items())
def test_a_nonce_is_printable(nonce: bytes, fine: bool) -> None:
    assert is_printable(nonce) is fine


def test_attributes_are_taken_in_order() -> None:
    given = Attributes(b"n=,r=a=b,x=,y=2")
    assert given.take(b"n") == b""
    assert given.take(b"r") == b"a=b"
    assert given.taken == b"n=,r=a=b,"
    assert given.rest == b"x=,y=2"
    given.end()
    assert given.rest == b""


@pytest.mark.parametrize("message", [b"", b",", b"1=", b"r", b"ra", b"n=x", b"\xe4="])
def test_what_is_not_the_attribute_is_malformed(message: bytes) -> None:
    with pytest.raises(RefusedLogin, match="malformed SCRAM message") as caught:
        Attributes(message).take(b"r")
    assert caught.value.sqlstate == "08P01"
    assert caught.value.detail.isprintable()
