"""Strict JSON: every field is checked, named when refused, and never converted."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy import fields as read
from pgtoll_policy.errors import BadDocument


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "not strict JSON"),
        (b"[]", "payload must be an object"),
        (b"null", "payload must be an object"),
        (b'{"a":1', "not strict JSON"),
        (b'{"a":1}{}', "not strict JSON"),
        (b'\xef\xbb\xbf{"a":1}', "not strict JSON"),
        ('{"a":1}'.encode("utf-16"), "not strict JSON"),
        (b'{"a":"\xff"}', "not strict JSON"),
        (b'{"a":"\n"}', "not strict JSON"),
        (b'{"a":1,"a":1}', "'a' twice"),
        (b'{"b":{"a":1,"\\u0061":1}}', "'a' twice"),
        (b'{"a":NaN}', "NaN is not an integer"),
        (b'{"a":-Infinity}', "-Infinity is not an integer"),
        (b'{"a":1.0}', "1.0 is not an integer"),
        (b'{"a":1e3}', "1e3 is not an integer"),
        (b'{"a":1' + b"0" * 17 + b"}", "integer of 18 digits"),
        (b'{"a":' + b"9" * 100_000 + b"}", "integer of 100000 digits"),
        (b'{"a":' + b"[" * 200_000, "not strict JSON"),
        (b'{"a":' * 200_000, "not strict JSON"),
    ],
)
def test_json_that_is_not_strict_is_refused(payload: bytes, reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        read.read_fields(payload)


@given(st.binary(max_size=100))
def test_random_bytes_are_a_bad_document(payload: bytes) -> None:
    with pytest.raises(BadDocument):
        read.read_fields(payload + b"]")


def test_an_object_is_read_as_it_is() -> None:
    payload = '{"a":-17,"b":["é",null,true],"c":{}}'.encode()
    assert read.read_fields(payload) == {"a": -17, "b": ["é", None, True], "c": {}}


def test_missing_and_unknown_fields_are_named() -> None:
    read.expect_exactly({"a": 1, "b": 2}, ["b", "a"])
    with pytest.raises(BadDocument, match="missing field b, c"):
        read.expect_exactly({"a": 1}, ["a", "c", "b"])
    with pytest.raises(BadDocument, match=r"unknown field '\\u202e', 'expires'"):
        read.expect_exactly({"a": 1, "expires": 2, "\u202e": 3}, ["a"])


@pytest.mark.parametrize("text", ["a", "Marketing für alle", "日本 語\u3000版", "x" * 200])
def test_text_of_one_line_is_read(text: str) -> None:
    assert read.read_text({"title": text}, "title") == text
    assert read.read_optional_text({"title": text}, "title") == text


def test_an_optional_text_may_be_absent() -> None:
    assert read.read_optional_text({"version": None}, "version") is None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1, "title must be text"),
        (None, "title must be text"),
        (["a"], "title must be text"),
        ("", "1 to 200 characters"),
        ("x" * 201, "1 to 200 characters"),
        (" a", "blanks around"),
        ("a\u00a0", "blanks around"),
        ("a\nb", "control characters"),
        ("a\x00b", "control characters"),
        ("a\x1b[31m", "control characters"),
        ("a\x85b", "control characters"),
        ("a\u2028b", "control characters"),
        ("a\u202eb", "control characters"),
        ("a\u2066b", "control characters"),
        ("a\ud800b", r"control characters.*\\ud800"),
    ],
)
def test_text_that_hides_something_is_refused(value: object, reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        read.read_text({"title": value}, "title")


@pytest.mark.parametrize("code", ["a", "marketing", "MyApp.Use", "a-b_c.9", "x" * 127])
def test_a_code_is_read(code: str) -> None:
    assert read.read_code({"code": code}, "code") == code


@pytest.mark.parametrize("code", ["9a", ".a", "a b", "a=b", "marketıng", "ａ", "a/b", "a\u0301"])
def test_a_code_that_is_not_plain_ascii_is_refused(code: str) -> None:
    with pytest.raises(BadDocument, match="code must be an ASCII letter"):
        read.read_code({"code": code}, "code")


def test_a_code_is_no_longer_than_asked() -> None:
    with pytest.raises(BadDocument, match="1 to 3 characters"):
        read.read_code({"code": "abcd"}, "code", 3)


def test_a_license_id_is_read() -> None:
    assert read.read_license_id("0123456789abcdef" * 2, "id") == "0123456789abcdef" * 2


@pytest.mark.parametrize("value", [None, 7, "", "0" * 31, "0" * 33, "A" * 32, "g" * 32, "٠" * 32])
def test_what_is_not_a_license_id_is_refused(value: object) -> None:
    with pytest.raises(BadDocument, match="32 hexadecimal digits"):
        read.read_license_id(value, "id")


def test_an_integer_is_read_between_its_limits() -> None:
    assert [read.read_integer({"n": n}, "n", 1, 3) for n in (1, 3)] == [1, 3]
    assert read.read_integer({"n": read.MAX_INTEGER}, "n", 1) == 2**53 - 1


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (True, "must be an integer"),
        ("1", "must be an integer"),
        (None, "must be an integer"),
        (0, "from 1 to 3: 0"),
        (-1, "from 1 to 3: -1"),
        (4, "from 1 to 3: 4"),
    ],
)
def test_anything_else_than_an_integer_in_range_is_refused(value: object, reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        read.read_integer({"n": value}, "n", 1, 3)


instants = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001  the zone is drawn beside it
    datetime(2999, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(instants)
def test_an_instant_is_read_back_to_the_second(instant: datetime) -> None:
    text = read.instant_text(instant)
    assert read.read_instant({"due": text}, "due") == instant.replace(microsecond=0)


def test_an_instant_is_written_in_utc() -> None:
    zone = timezone(timedelta(hours=5))
    assert read.instant_text(datetime(2026, 1, 1, 2, tzinfo=zone)) == "2025-12-31T21:00:00Z"


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 1, 1),  # noqa: DTZ001
        datetime.min.replace(tzinfo=timezone(timedelta(hours=5))),
    ],
)
def test_a_time_that_utc_cannot_tell_is_refused(value: datetime) -> None:
    with pytest.raises(BadDocument, match="a time"):
        read.instant_text(value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1767225600, "due must be text"),
        ("tomorrow", "not an instant"),
        ("2026-02-30T00:00:00Z", "not an instant"),
        ("2026-01-31", "not written like"),
        ("2026-01-31T00:00:00", "not written like"),
        ("2026-01-31T00:00:00+00:00", "not written like"),
        ("2026-01-31T00:00:00.5Z", "not written like"),
        ("20260131T000000Z", "not written like"),
        ("2026-01-31 00:00:00Z", "not written like"),
        ("1999-12-31T23:59:59Z", "years 2000 to 2999"),
        ("0001-01-01T00:00:00Z", "years 2000 to 2999"),
        ("3000-01-01T00:00:00Z", "years 2000 to 2999"),
    ],
)
def test_an_instant_has_one_form_and_a_sane_year(value: object, reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        read.read_instant({"due": value}, "due")


def test_a_list_is_a_list() -> None:
    assert read.read_list({"a": [1, "x"]}, "a") == [1, "x"]
    with pytest.raises(BadDocument, match="a must be a list"):
        read.read_list({"a": "xyz"}, "a")


def test_as_fields_names_what_is_not_an_object() -> None:
    with pytest.raises(BadDocument, match="each of operations must be an object"):
        read.as_fields(["a"], "each of operations")


def test_repeats_are_named() -> None:
    read.refuse_repeats(["a", "b"], "objects")
    with pytest.raises(BadDocument, match="objects has 'a' twice"):
        read.refuse_repeats(["a", "b", "a"], "objects")


@pytest.mark.parametrize("text", ["7301234567890123456", "-1", "9" * 19])
def test_an_instance_is_a_system_identifier(text: str) -> None:
    assert read.read_instance({"instance": text}, "instance") == text
    assert read.read_instance({"instance": None}, "instance") is None


@pytest.mark.parametrize("text", ["", "0", "07", "7a", "9" * 20, "1e5"])
def test_nothing_else_is_an_instance(text: str) -> None:
    with pytest.raises(BadDocument, match="instance must"):
        read.read_instance({"instance": text}, "instance")
