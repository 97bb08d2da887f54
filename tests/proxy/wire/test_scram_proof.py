"""Logging in with a ClientKey: against our own check, and against servers that are not honest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from passphrases import client_key, secret_of

from pgtoll.errors import RefusedLogin
from pgtoll.wire.scram import SCRAM, SCRAM_PLUS
from pgtoll.wire.scram_check import Check
from pgtoll.wire.scram_proof import NONCE_LIMIT, Proof

HASH = b"h" * 32
SECRET = secret_of("open sesame")
KEY = client_key("open sesame", SECRET)
NONCE = b"fyko+d2lbbFgONRv9qkxdawL"
SALT = b"MDEyMzQ1Njc4OWFiY2RlZg=="


def proof(binding: bytes | None = None, offered: tuple[bytes, ...] = (SCRAM,)) -> Proof:
    return Proof(SECRET, KEY, NONCE, offered=offered, binding=binding)


@pytest.mark.parametrize(
    ("server", "client", "mechanism", "flag"),
    [
        (None, None, SCRAM, b"n"),
        (HASH, HASH, SCRAM_PLUS, b"p"),
        (None, HASH, SCRAM, b"y"),
    ],
)
def test_it_logs_in(
    server: bytes | None, client: bytes | None, mechanism: bytes, flag: bytes
) -> None:
    check = Check(SECRET, b"3rfcNHYJY1ZVvWVs7j", server)
    made = proof(client, check.mechanisms)
    assert made.mechanism == mechanism
    assert made.first[:1] == flag
    check.choose(made.mechanism)
    assert check.final(made.final(check.first(made.first))) == KEY
    made.verify(check.server_final)


def test_a_server_that_was_offered_less_finds_out() -> None:
    """Somebody took SCRAM-SHA-256-PLUS out of what the server offered."""
    check, made = Check(SECRET, b"abc", HASH), proof(HASH, (SCRAM,))
    check.choose(made.mechanism)
    with pytest.raises(RefusedLogin, match="channel binding negotiation error"):
        check.first(made.first)


def test_the_strongest_is_chosen() -> None:
    assert proof(HASH, (SCRAM, SCRAM_PLUS)).mechanism == SCRAM_PLUS


@pytest.mark.parametrize(
    ("binding", "offered"), [(None, (SCRAM_PLUS, SCRAM)), (None, (b"OAUTHBEARER",)), (HASH, ())]
)
def test_what_cannot_be_is_refused(binding: bytes | None, offered: tuple[bytes, ...]) -> None:
    with pytest.raises(RefusedLogin):
        proof(binding, offered)


@pytest.mark.parametrize(
    "server_first",
    [
        b"",
        b"e=other-error",
        b"r=" + NONCE + b",s=" + SALT + b",i=2",
        b"r=" + NONCE[:-1] + b"Xyz,s=" + SALT + b",i=2",
        b"r=" + NONCE + b"x" * NONCE_LIMIT + b",s=" + SALT + b",i=2",
        b"r=" + NONCE + b" ,s=" + SALT + b",i=2",
        b"r=" + NONCE + b"x,s=????,i=2",
        b"r=" + NONCE + b"x,s=AAAA,i=2",
        b"r=" + NONCE + b"x,s=" + SALT + b",i=0",
        b"r=" + NONCE + b"x,s=" + SALT + b",i=-2",
        b"r=" + NONCE + b"x,s=" + SALT + b",i=99999999999999999999",
        b"r=" + NONCE + b"x,s=" + SALT + b",i=3",
        b"r=" + NONCE + b"x,s=" + SALT,
        b"m=x,r=" + NONCE + b"x,s=" + SALT + b",i=2",
    ],
)
def test_a_hostile_first_message_is_refused(server_first: bytes) -> None:
    """CVE class: hostile server during SCRAM (CVE-2026-6665, a nonce longer than the buffer)."""
    with pytest.raises(RefusedLogin):
        proof().final(server_first)


@pytest.mark.parametrize("server_final", [b"", b"e=x", b"v=", b"v=????", b"v=" + b"A" * 43 + b"="])
def test_a_server_that_does_not_know_the_password_is_refused(server_final: bytes) -> None:
    """CVE class: hostile server during SCRAM."""
    made = proof()
    made.final(b"r=" + NONCE + b"x,s=" + SALT + b",i=2")
    with pytest.raises(RefusedLogin):
        made.verify(server_final)


def test_nothing_is_verified_before_something_was_proven() -> None:
    with pytest.raises(RefusedLogin):
        proof().verify(b"v=")


@given(st.binary(max_size=200), st.binary(max_size=100))
def test_whatever_a_server_says_ends_in_the_one_error(first: bytes, final: bytes) -> None:
    made = proof()
    with pytest.raises(RefusedLogin):
        made.final(first)
    with pytest.raises(RefusedLogin):
        made.verify(final)
