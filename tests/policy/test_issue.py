"""What a vendor signs is what a customer reads; what nobody would read is not signed."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from license_samples import KEY, KEYS, MARKETING, PERSONAL, REVOCATION, SERVER, key_pair

from pgtoll_policy.documents import BASE_PRODUCT, Document, read_document
from pgtoll_policy.errors import BadDocument, BadKey, BadSignature
from pgtoll_policy.issue import (
    generate_key,
    is_protected,
    new_license_id,
    parse_private_key,
    period,
    sign,
)
from pgtoll_policy.keys import parse_public_key

BASE = replace(BASE_PRODUCT, serial=1)


def test_a_new_key_is_a_pair_in_pem_form() -> None:
    private, public = generate_key()
    assert private.startswith(b"-----BEGIN PRIVATE KEY-----\n")
    assert public.startswith(b"-----BEGIN PUBLIC KEY-----\n")
    assert parse_private_key(private).key_id == parse_public_key(public).key_id
    assert generate_key()[0] != private


def test_a_protected_key_is_of_use_with_its_passphrase_alone() -> None:
    private, public = generate_key("correct horse ✓")
    assert private.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n")
    assert is_protected(private)
    opened = parse_private_key(private, "correct horse ✓")
    assert opened.key_id == parse_public_key(public).key_id
    with pytest.raises(BadKey, match="private key is protected by a passphrase"):
        parse_private_key(private)
    for damaged, passphrase in ((private, "wrong horse"), (private[:-60], "correct horse ✓")):
        with pytest.raises(BadKey, match="the passphrase is wrong, or the file is damaged"):
            parse_private_key(damaged, passphrase)


def test_a_short_passphrase_is_refused_and_one_too_many_is_not_looked_at() -> None:
    with pytest.raises(BadKey, match="at least 8 characters"):
        generate_key("1234567")
    private, _ = generate_key()
    assert not is_protected(private)
    assert parse_private_key(private, "whatever").key_id


@pytest.mark.parametrize("document", [MARKETING, BASE, SERVER, PERSONAL, REVOCATION])
def test_a_signed_file_is_read_with_the_public_key(document: Document) -> None:
    data = sign(document, KEY)
    assert read_document(data, KEYS) == replace(document, key_id=KEY.key_id)
    assert sign(document, KEY) == data


def test_a_file_of_another_key_is_refused() -> None:
    stranger, _ = key_pair()
    with pytest.raises(BadSignature):
        read_document(sign(SERVER, stranger), KEYS)


@pytest.mark.parametrize(
    "document",
    [
        replace(MARKETING, prefix="Usr"),
        replace(MARKETING, cap=3),
        replace(PERSONAL, seats=0),
        replace(SERVER, due=SERVER.starts),
        replace(SERVER, customer="a\nb"),
        replace(REVOCATION, licenses=frozenset[str]()),
        BASE_PRODUCT,
    ],
)
def test_what_every_reader_would_refuse_is_not_signed(document: Document) -> None:
    with pytest.raises(BadDocument):
        sign(document, KEY)


def test_a_file_that_nobody_would_read_for_its_size_is_not_signed() -> None:
    objects = tuple(f"Mrkt{'x' * 50}{number}" for number in range(15_000))
    with pytest.raises(BadDocument, match="at most 1048576"):
        sign(replace(MARKETING, objects=objects), KEY)


def test_a_private_key_does_not_show_itself() -> None:
    assert KEY.key.private_bytes_raw().hex() not in repr(KEY)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a private key"),
        (generate_key()[1], "not a private key"),
        (
            Ed25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
            ),
            "protected by a passphrase",
        ),
        (
            X25519PrivateKey.generate().private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ),
            "not an Ed25519 key",
        ),
    ],
)
def test_a_file_that_is_not_a_private_key_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(BadKey, match=reason):
        parse_private_key(data)


def test_license_ids_are_hexadecimal_and_never_the_same() -> None:
    ids = {new_license_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(bytes.fromhex(one)) == 16 for one in ids)


def test_a_period_runs_from_the_first_midnight_to_the_end_of_the_last_day() -> None:
    assert period(date(2026, 1, 1), 365) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert period(date(2024, 2, 28), 2) == (
        datetime(2024, 2, 28, tzinfo=UTC),
        datetime(2024, 3, 1, tzinfo=UTC),
    )


@given(st.dates(date(2000, 1, 1), date(2800, 1, 1)), st.integers(1, 36500))
def test_a_period_can_be_signed(starts: date, days: int) -> None:
    first, due = period(starts, days)
    assert (due - first).days == days
    sign(replace(SERVER, starts=first, due=due), KEY)


@pytest.mark.parametrize("days", [0, -1, 36501, 10**12])
def test_an_absurd_number_of_days_is_refused(days: int) -> None:
    with pytest.raises(BadDocument, match="1 to 36500 days"):
        period(date(2026, 1, 1), days)


def test_a_period_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(BadDocument, match="beyond the calendar"):
        period(date(9999, 12, 31), 1)
