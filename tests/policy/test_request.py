"""A request is read as strictly as a signed file, and says all that a vendor must know."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from license_samples import MARKETING, NOW, PERSONAL, SERVER, sign_payload

from pgtoll_policy.documents import LicenseType, payload_type_of, render_document
from pgtoll_policy.envelope import MAX_FILE_BYTES
from pgtoll_policy.errors import BadDocument
from pgtoll_policy.request import (
    MAX_REQUEST_BYTES,
    InUse,
    Request,
    Want,
    held_license,
    is_request,
    parse_request,
    render_request,
)

HELD = held_license(replace(PERSONAL, customer="acme", serial=3), "in force")
REQUEST = Request(
    customer="acme",
    version="8.1",
    instance="7301234567890123456",
    created=NOW,
    wants=(Want("marketing", 5), Want("base", None)),
    products=(
        InUse("base", None, "no license was uploaded", 0, 0, ()),
        InUse("marketing", "8", "personal license until 2026-12-31", 2, 1, (HELD,)),
    ),
)
FILE = render_request(REQUEST)
CONTENT = json.loads(FILE)


def altered(**changes: object) -> bytes:
    return json.dumps(CONTENT | changes).encode()


def test_what_is_written_is_read_back() -> None:
    assert parse_request(FILE) == REQUEST
    unbound = replace(REQUEST, instance=None, version=None, products=())
    assert parse_request(render_request(unbound)) == unbound


def test_it_says_that_it_is_not_signed_and_is_text_for_people() -> None:
    assert CONTENT["format"] == "pgtoll.request/1"
    assert CONTENT["signed"] is False
    assert CONTENT["wants"] == [
        {"product": "marketing", "seats": 5},
        {"product": "base", "seats": None},
    ]
    assert CONTENT["created"] == "2026-06-01T00:00:00Z"
    (license,) = CONTENT["products"][1]["licenses"]
    assert (license["type"], license["serial"], license["state"]) == ("personal", 3, "in force")
    assert b'\n  "customer": "acme",\n' in FILE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": "pgtoll.request/2"}, "not a request of format pgtoll.request/1"),
        ({"signed": True}, "requests are not signed"),
        ({"signed": 0}, "requests are not signed"),
        ({"more": 1}, "unknown field 'more'"),
        ({"customer": None}, "customer must be text"),
        ({"customer": ""}, "customer must have"),
        ({"version": "x"}, "version must be numbers"),
        ({"instance": "x"}, "instance must be"),
        ({"created": "today"}, "created is not an instant"),
        ({"wants": []}, "must want a product"),
        ({"wants": [{"product": "a", "seats": 0}]}, "seats must be from 1"),
        ({"wants": [{"product": "a", "seats": 10**6 + 1}]}, "seats must be from 1"),
        ({"wants": [{"product": "../a", "seats": 1}]}, "product must be"),
        ({"wants": [{"product": "a"}]}, "missing field seats"),
        ({"wants": [{"product": "a", "seats": n} for n in (1, 2)]}, "wants has 'a' twice"),
        ({"wants": ["a"]}, "each of wants must be an object"),
        ({"wants": {}}, "wants must be a list"),
        ({"products": [CONTENT["products"][0]] * 2}, "products has 'base' twice"),
        ({"products": [CONTENT["products"][0] | {"bought": -1}]}, "bought must be"),
        ({"products": [CONTENT["products"][0] | {"state": "a\nb"}]}, "control characters"),
        ({"products": [CONTENT["products"][0] | {"licenses": [{}]}]}, "missing field customer"),
    ],
)
def test_anything_else_is_refused_with_the_field(changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadDocument, match=words):
        parse_request(altered(**changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"type": "gift"}, "type must be personal or server"),
        ({"id": "x"}, "id must be a license id"),
        ({"serial": 0}, "serial must be"),
        ({"seats": "2"}, "seats must be an integer"),
    ],
)
def test_a_held_license_is_checked_too(changes: dict[str, object], words: str) -> None:
    base, marketing = CONTENT["products"]
    license = marketing["licenses"][0] | changes
    products = [base, marketing | {"licenses": [license]}]
    with pytest.raises(BadDocument, match=words):
        parse_request(altered(products=products))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not strict JSON"),
        (b"[]", "payload must be an object"),
        (b"{}", "not a request of format"),
        (FILE[:-10], "not strict JSON"),
        (FILE + b" " * MAX_REQUEST_BYTES, f"at most {MAX_REQUEST_BYTES} are read"),
        (b"\xff" + FILE, "not strict JSON"),
        (FILE.replace(b'"signed": false', b'"signed": false, "signed": false'), "'signed' twice"),
    ],
)
def test_what_is_no_request_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(BadDocument, match=words):
        parse_request(data)


def test_what_could_not_be_read_is_not_written() -> None:
    with pytest.raises(BadDocument, match="customer must have"):
        render_request(replace(REQUEST, customer=""))


@given(
    st.binary(max_size=60)
    | st.integers(0, len(FILE) - 1).map(lambda at: FILE[:at] + FILE[at + 1 :])
)
def test_garbage_is_refused_or_read(data: bytes) -> None:
    with suppress(BadDocument):
        parse_request(data)


def test_the_serial_is_next_to_what_the_customer_holds() -> None:
    assert REQUEST.serial_after(Want("marketing", 9)) == 4
    assert REQUEST.serial_after(Want("marketing", None)) == 1
    assert REQUEST.serial_after(Want("sales", 1)) == 1
    assert replace(REQUEST, customer="other").serial_after(Want("marketing", 9)) == 1


def test_what_is_wanted_has_a_type() -> None:
    assert (Want("a", 1).type, Want("a", None).type) == (LicenseType.PERSONAL, LicenseType.SERVER)


def test_a_signed_file_is_no_request() -> None:
    signed = sign_payload(payload_type_of(SERVER), render_document(SERVER))
    assert len(signed) < MAX_FILE_BYTES
    assert not is_request(signed)
    assert not is_request(render_document(MARKETING)[1:])
    assert is_request(FILE)
