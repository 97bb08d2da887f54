"""A signed payload says exactly what its kind of document says, or it is refused."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from license_samples import (
    ISSUED,
    KEY,
    KEYS,
    MARKETING,
    PERSONAL,
    REVOCATION,
    SERVER,
    STARTS,
    key_pair,
    sign_fields,
    sign_payload,
)

from pgtoll_policy.documents import (
    BASE_PRODUCT,
    Component,
    Document,
    License,
    LicenseType,
    Operation,
    Product,
    parse_document,
    payload_type_of,
    read_document,
    render_document,
)
from pgtoll_policy.envelope import LICENSE_TYPE, PRODUCT_TYPE, REVOCATION_TYPE
from pgtoll_policy.errors import BadDocument, BadEnvelope, BadSignature, LicenseError
from pgtoll_policy.keys import Verified

FULL = replace(
    MARKETING,
    title="Márketing “2”",
    version="8.1",
    operations=(Operation("A.Use", "Use A"), Operation("A.Edit", "Edit A")),
    components=(Component("A.Page", "Page of A"),),
)
BASE = replace(BASE_PRODUCT, cap=5, exempt=("public.log", "Sys*"), serial=1)
BOUND = replace(PERSONAL, customer="ACME, Inc.", instance="7301234567890123456", version="8.1.2")
DOCUMENTS: list[Document] = [MARKETING, FULL, BASE, SERVER, PERSONAL, BOUND, REVOCATION]
FIELDS = {document: json.loads(render_document(document)) for document in DOCUMENTS}


def file_of(document: Document) -> bytes:
    return sign_payload(payload_type_of(document), render_document(document))


def altered(document: Document, changes: Mapping[str, object]) -> bytes:
    return sign_fields(payload_type_of(document), FIELDS[document] | changes)


instants = st.integers(0, 10**9).map(lambda seconds: STARTS + timedelta(seconds=seconds))
serials = st.integers(1, 2**53 - 1)
codes = st.text("abzABZ09_.-", max_size=20).map("C".__add__)
versions = st.none() | st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}", fullmatch=True)
titles = st.text("aZ é“語\U0001f600", min_size=1, max_size=30).map("x{}x".format)
elements = st.lists(st.tuples(codes, titles), max_size=4, unique_by=lambda pair: pair[0])
ids = st.text("0123456789abcdef", min_size=32, max_size=32)
products = st.builds(
    Product,
    code=codes,
    title=titles,
    version=versions,
    prefix=st.just("Mrkt"),
    objects=st.lists(codes, min_size=1, max_size=5).map(
        lambda names: tuple({f"mrkt{name.lower().replace('.', '*')}": 0 for name in names})
    ),
    operations=elements.map(lambda pairs: tuple(Operation(*pair) for pair in pairs)),
    components=elements.map(lambda pairs: tuple(Component(*pair) for pair in pairs)),
    cap=st.none(),
    exempt=st.just(()),
    serial=serials,
    issued=instants,
    key_id=st.just(KEY.key_id),
)
licenses = st.builds(
    lambda seats, days, **rest: License(
        seats=seats,
        type=LicenseType.PERSONAL if seats else LicenseType.SERVER,
        starts=STARTS,
        due=STARTS + timedelta(days=days),
        key_id=KEY.key_id,
        **rest,
    ),
    seats=st.none() | st.integers(1, 1_000_000),
    days=st.integers(1, 36500),
    id=ids,
    product=codes,
    customer=st.none() | titles,
    instance=st.none() | st.integers(1, 2**63 - 1).map(str),
    version=versions,
    serial=serials,
    issued=instants,
)


@given(products | licenses)
@settings(max_examples=60)
def test_what_is_written_and_signed_is_read_back(document: Document) -> None:
    assert read_document(file_of(document), KEYS) == document


@pytest.mark.parametrize("document", DOCUMENTS)
def test_samples_are_read_back_with_their_signer(document: Document) -> None:
    assert read_document(file_of(document), KEYS) == replace(document, key_id=KEY.key_id)


@pytest.mark.parametrize("document", [FULL, BOUND, REVOCATION])
def test_one_flipped_bit_anywhere_is_refused(document: Document) -> None:
    data = file_of(document)
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((BadEnvelope, BadSignature)):
            read_document(bytes(changed), KEYS)


@pytest.mark.parametrize("document", [FULL, BOUND, REVOCATION])
def test_a_truncated_or_lengthened_file_is_refused(document: Document) -> None:
    data = file_of(document)
    for end in range(len(data)):
        with pytest.raises(BadEnvelope):
            read_document(data[:end], KEYS)
    with pytest.raises(BadEnvelope):
        read_document(data + b"\n", KEYS)


@given(st.binary(max_size=300), st.sampled_from([PRODUCT_TYPE, LICENSE_TYPE, REVOCATION_TYPE]))
def test_random_bytes_are_refused_even_when_signed(payload: bytes, kind: str) -> None:
    with pytest.raises(LicenseError):
        read_document(payload, KEYS)
    if payload:
        with pytest.raises(LicenseError):
            read_document(sign_payload(kind, payload), KEYS)


def test_a_payload_is_not_read_before_its_signature_is_verified() -> None:
    stranger, _ = key_pair()
    with pytest.raises(BadSignature):
        read_document(sign_payload(LICENSE_TYPE, b"not json", stranger), KEYS)


def test_an_empty_payload_is_refused() -> None:
    with pytest.raises(BadEnvelope):
        read_document(sign_payload(LICENSE_TYPE, b""), KEYS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_missing_field_is_named(document: Document) -> None:
    for name in FIELDS[document]:
        rest = {other: value for other, value in FIELDS[document].items() if other != name}
        with pytest.raises(BadDocument, match=f"missing field {name}$"):
            read_document(sign_fields(payload_type_of(document), rest), KEYS)


@given(st.sampled_from(DOCUMENTS), st.text(max_size=8))
def test_every_unknown_field_is_refused(document: Document, name: str) -> None:
    if name not in FIELDS[document]:
        with pytest.raises(BadDocument, match="unknown field"):
            read_document(altered(document, {name: 1}), KEYS)


@pytest.mark.parametrize("name", ["key_id", "expires", "Serial"])
def test_a_field_that_is_not_the_documents_own_is_refused(name: str) -> None:
    with pytest.raises(BadDocument, match=f"unknown field '{name}'"):
        read_document(altered(SERVER, {name: "x"}), KEYS)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=True)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@given(st.sampled_from(DOCUMENTS), json_values, st.data())
def test_a_field_of_any_other_value_is_read_or_refused(
    document: Document, value: object, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(FIELDS[document])))
    with suppress(LicenseError):
        read_document(altered(document, {name: value}), KEYS)


@pytest.mark.parametrize(
    ("document", "kind"),
    [(SERVER, PRODUCT_TYPE), (SERVER, REVOCATION_TYPE), (MARKETING, LICENSE_TYPE)],
)
def test_a_document_of_another_kind_is_refused(document: Document, kind: str) -> None:
    with pytest.raises(BadDocument, match="missing field"):
        read_document(sign_payload(kind, render_document(document)), KEYS)


def test_an_unknown_kind_of_document_is_refused() -> None:
    with pytest.raises(BadDocument, match="unknown kind of document a/b"):
        parse_document(Verified("a/b", b"{}", KEY.key_id))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "Märkte"}, "code must be an ASCII letter"),
        ({"code": "x" * 64}, "code must have 1 to 63 characters"),
        ({"code": "Base"}, "too like base"),
        ({"title": "a\nb"}, "title has control characters"),
        ({"title": "x" * 201}, "title must have 1 to 200"),
        ({"prefix": ""}, "prefix must be"),
        ({"prefix": None}, "prefix must be text"),
        ({"prefix": "Usr", "objects": ["UsrA"]}, "customers' own prefix"),
        ({"prefix": "uSR", "objects": ["UsrA"]}, "customers' own prefix"),
        ({"objects": ["Invoice"]}, "object Invoice does not start with the prefix Mrkt"),
        ({"objects": ["*"]}, r"object \* does not start"),
        ({"objects": ["M*"]}, r"object M\* does not start"),
        ({"objects": ["Mrkt.Invoice"]}, "object Mrkt.Invoice does not start"),
        ({"objects": ["MrktA", "mrkta"]}, "objects has 'mrkta' twice"),
        ({"objects": ["Mrkt.a.b"]}, "more than one dot"),
        ({"objects": [7]}, "objects must be a list of texts"),
        ({"objects": "Mrkt*"}, "objects must be a list"),
        ({"objects": [], "operations": []}, "no object, operation or component"),
        ({"operations": [{"code": "a"}]}, "missing field name"),
        ({"operations": [{"code": "a", "name": "b", "c": 1}]}, "unknown field 'c'"),
        ({"operations": ["a"]}, "each of operations must be an object"),
        ({"operations": [{"code": "ä", "name": "b"}]}, "code must be an ASCII"),
        ({"operations": [{"code": "a", "name": ""}]}, "name must have 1 to 200"),
        ({"components": [{"code": "a", "name": "b"}] * 2}, "components has 'a' twice"),
        ({"cap": 10}, "only product base may set the cap"),
        ({"exempt": ["MrktLog"]}, "only product base may set the cap"),
        ({"serial": 0}, "serial must be from 1"),
        ({"serial": 2**53}, "serial must be from 1"),
        ({"issued": "now"}, "issued is not an instant"),
    ],
)
def test_a_product_that_cannot_be_used_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        read_document(altered(MARKETING, changes), KEYS)


@pytest.mark.parametrize(
    "changes",
    [
        {"objects": ["mrktInvoice", "MRKT*", "any.MrktX", "a*.Mrkt*"]},
        {"objects": []},
        {"objects": [], "operations": [], "components": [{"code": "a", "name": "b"}]},
        {"code": "basement"},
    ],
)
def test_a_product_of_any_elements_is_read(changes: dict[str, object]) -> None:
    assert isinstance(read_document(altered(MARKETING, changes), KEYS), Product)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"prefix": "Mrkt"}, "product base has no prefix"),
        ({"objects": []}, r'its objects are "\*" alone'),
        ({"objects": ["*", "a"]}, r'its objects are "\*" alone'),
        ({"cap": -1}, "cap must be from 0"),
        ({"cap": 10**9 + 1}, "cap must be from 0"),
        ({"cap": True}, "cap must be an integer"),
        ({"exempt": None}, "exempt must be a list"),
        ({"exempt": ["a.b.c"]}, "more than one dot"),
    ],
)
def test_a_base_product_that_cannot_be_used_is_refused(
    changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(BadDocument, match=reason):
        read_document(altered(BASE, changes), KEYS)


@pytest.mark.parametrize("cap", [None, 0, 1, 10**9])
def test_base_says_how_many_rows_a_table_may_have(cap: int | None) -> None:
    document = read_document(altered(BASE, {"cap": cap}), KEYS)
    assert isinstance(document, Product)
    assert document.cap == cap


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "7"}, "32 hexadecimal digits"),
        ({"id": None}, "32 hexadecimal digits"),
        ({"product": "a b"}, "product must be an ASCII"),
        ({"type": "site"}, "type must be personal or server: 'site'"),
        ({"type": None}, "type must be personal or server: None"),
        ({"type": ["server"]}, "type must be personal or server"),
        ({"type": "server"}, "a server license has no seats"),
        ({"seats": 0}, "seats must be from 1"),
        ({"seats": 1_000_001}, "seats must be from 1"),
        ({"seats": None}, "seats must be an integer"),
        ({"customer": ""}, "customer must have 1 to 200"),
        ({"customer": 7}, "customer must be text"),
        ({"version": "8\t1"}, "version has control characters"),
        ({"due": "2026-01-01T00:00:00Z"}, "due after it starts"),
        ({"due": "2025-12-31T00:00:00Z"}, "due after it starts"),
        ({"due": "2126-01-01T00:00:00Z"}, "within 36500 days"),
        ({"starts": "2026-01-01"}, "starts is not written like"),
        ({"due": "3026-01-01T00:00:00Z"}, "due must be of the years"),
    ],
)
def test_a_license_that_cannot_be_used_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        read_document(altered(PERSONAL, changes), KEYS)


def test_a_license_may_last_36500_days_and_not_a_second_more() -> None:
    longest = replace(SERVER, due=STARTS + timedelta(days=36500))
    assert read_document(file_of(longest), KEYS) == replace(longest, key_id=KEY.key_id)
    with pytest.raises(BadDocument, match="within 36500 days"):
        read_document(file_of(replace(longest, due=longest.due + timedelta(seconds=1))), KEYS)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"licenses": []}, "must name a license"),
        ({"licenses": ["1" * 32, "1" * 32]}, "twice"),
        ({"licenses": ["x"]}, "32 hexadecimal digits"),
        ({"licenses": [["1" * 32]]}, "32 hexadecimal digits"),
        ({"licenses": None}, "licenses must be a list"),
        ({"serial": "1"}, "serial must be an integer"),
    ],
)
def test_a_revocation_that_cannot_be_used_is_refused(
    changes: dict[str, object], reason: str
) -> None:
    with pytest.raises(BadDocument, match=reason):
        read_document(altered(REVOCATION, changes), KEYS)


def test_a_payload_is_json_that_people_can_read() -> None:
    assert json.loads(render_document(BOUND)) == {
        "id": "2" * 32,
        "product": "marketing",
        "type": "personal",
        "seats": 2,
        "starts": "2026-01-01T00:00:00Z",
        "due": "2027-01-01T00:00:00Z",
        "customer": "ACME, Inc.",
        "instance": "7301234567890123456",
        "version": "8.1.2",
        "serial": 1,
        "issued": "2026-01-01T12:00:00Z",
    }
    assert FIELDS[FULL]["components"] == [{"code": "A.Page", "name": "Page of A"}]
    two = replace(REVOCATION, licenses=frozenset({"b" * 32, "a" * 32}))
    assert json.loads(render_document(two))["licenses"] == ["a" * 32, "b" * 32]


def test_times_of_any_zone_are_written_in_utc_and_naive_ones_refused() -> None:
    there = ISSUED.astimezone(timezone(timedelta(hours=9)))
    assert render_document(replace(SERVER, issued=there)) == render_document(SERVER)
    naive = datetime(2026, 1, 1)  # noqa: DTZ001  that is the point
    with pytest.raises(BadDocument, match="without time zone"):
        render_document(replace(SERVER, due=naive))
