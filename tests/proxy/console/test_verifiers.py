"""Passwords against what PostgreSQL keeps of them."""

from base64 import b64encode
from hashlib import md5, pbkdf2_hmac, sha256
from hmac import digest

import pytest

from pgtoll.console.verifiers import matches


def scram(password: str, *, rounds: int = 4096, salt: bytes = b"0123456789abcdef") -> str:
    salted = pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = sha256(digest(salted, b"Client Key", "sha256")).digest()
    server = digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${rounds}:{_text(salt)}${_text(stored)}:{_text(server)}"


def _text(data: bytes) -> str:
    return b64encode(data).decode()


def test_the_password_matches_and_no_other() -> None:
    assert matches(scram("open sesame"), "dana", "open sesame")
    assert not matches(scram("open sesame"), "dana", "open sesam")
    assert not matches(scram("open sesame"), "dana", "")


def test_rounds_are_those_of_the_verifier() -> None:
    assert matches(scram("x", rounds=10_000), "dana", "x")


def test_a_password_may_be_typed_in_another_form_of_the_same_letters() -> None:
    assert matches(scram("caf\u00e9"), "dana", "cafe\u0301")
    assert matches(scram("a b"), "dana", "a\u00a0b\u00ad")


def test_an_old_password_matches_with_its_user() -> None:
    made = "md5" + md5(b"secretdana", usedforsecurity=False).hexdigest()
    assert matches(made, "dana", "secret")
    assert not matches(made, "dave", "secret")


@pytest.mark.parametrize(
    "verifier",
    ["", "x", "SCRAM-SHA-256$", "SCRAM-SHA-256$4096:salt$a:b", "SCRAM-SHA-256$0:AAAA$AAAA:AAAA",
     "SCRAM-SHA-256$999999999999:AAAA$AAAA:AAAA", "SCRAM-SHA-256$x:AAAA$AAAA:AAAA"],
)  # fmt: skip
def test_what_is_no_verifier_matches_nothing(verifier: str) -> None:
    assert not matches(verifier, "dana", "secret")
