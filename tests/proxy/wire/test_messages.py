"""Messages: what is built reads back, and what is malformed is the peer's fault."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtoll.errors import ProtocolViolation
from pgtoll.wire import messages
from pgtoll.wire.messages import message

STRINGS = st.binary(max_size=20).map(lambda data: data.replace(b"\0", b""))


def test_the_length_counts_itself_and_not_the_type() -> None:
    assert message(b"Q", b"abc") == b"Q\0\0\0\x07abc"
    assert (
        message(b"S", b""),
        message(b"H", b""),
        message(b"X", b""),
    ) == (messages.SYNC, messages.FLUSH, messages.TERMINATE)


@given(STRINGS, STRINGS)
def test_what_is_built_reads_back(name: bytes, text: bytes) -> None:
    assert messages.read_query(messages.query(text)) == text
    assert messages.read_parse(messages.parse(name, text)) == (name, text)
    assert messages.read_bind(messages.bind(name, text)) == (name, text)
    assert messages.read_execute(messages.execute(name)) == name
    assert messages.read_target(messages.close(b"P", name)) == (b"P", name)
    assert messages.read_target(messages.close(b"S", name)) == (b"S", name)
    assert messages.read_parameter(message(b"S", name + b"\0" + text + b"\0")) == (name, text)


def test_declared_types_are_those_of_the_database_s_own_objects() -> None:
    oids = b"".join(oid.to_bytes(4, "big") for oid in (23, 16_384, 4_000_000_000))
    data = message(b"P", b"s\0SELECT\0" + b"\0\3" + oids)
    start = data.index(b"SELECT") + len(b"SELECT") + 1
    assert messages.read_types(data, start) == (16_384, 4_000_000_000)
    assert messages.read_types(messages.parse(b"s", b"SELECT"), start) == ()
    assert messages.read_types(data[:start], start) == ()


def test_what_we_build_has_no_parameters_and_no_row_limit() -> None:
    assert messages.parse(b"s", b"x") == message(b"P", b"s\0x\0" + bytes(2))
    assert messages.bind(b"p", b"s") == message(b"B", b"p\0s\0" + bytes(6))
    assert messages.execute(b"p") == message(b"E", b"p\0" + bytes(4))


def test_the_parameters_of_a_bind_are_not_read() -> None:
    values = b"\0\0\0\x01\0\0\0\x03a\0b\0\0"
    assert messages.read_bind(message(b"B", b"p\0s\0" + values)) == (b"p", b"s")


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (messages.read_query, message(b"Q", b"")),
        (messages.read_query, message(b"Q", b"no end")),
        (messages.read_query, message(b"Q", b"two\0strings\0")),
        (messages.read_parse, message(b"P", b"")),
        (messages.read_parse, message(b"P", b"name\0")),
        (messages.read_parse, message(b"P", b"name\0no end")),
        (messages.read_bind, message(b"B", b"")),
        (messages.read_bind, message(b"B", b"no end")),
        (messages.read_bind, message(b"B", b"portal\0no end")),
        (messages.read_execute, message(b"E", b"")),
        (messages.read_execute, message(b"E", b"no end")),
        (messages.read_target, message(b"C", b"")),
        (messages.read_target, message(b"C", b"S")),
        (messages.read_target, message(b"D", b"\0name\0")),
        (messages.read_target, message(b"D", b"Xname\0")),
    ],
)
def test_a_malformed_message_is_a_protocol_violation(
    read: Callable[[bytes], object], data: bytes
) -> None:
    with pytest.raises(ProtocolViolation):
        read(data)


def test_an_error_has_its_severity_twice_and_no_empty_field() -> None:
    error = messages.error_response({"C": "42501", "M": "no", "H": ""}, "FATAL")
    assert error == message(b"E", b"SFATAL\0VFATAL\0C42501\0Mno\0\0")


def test_a_notice_is_a_notice() -> None:
    assert messages.notice_response({"M": "ö"}) == message(
        b"N", b"SNOTICE\0VNOTICE\0M" + "ö".encode() + b"\0\0"
    )


def test_no_value_can_end_its_field_early() -> None:
    error = messages.error_response({"M": "a\0Cb"})
    assert messages.read_fields(error) == {"S": b"ERROR", "V": b"ERROR", "M": b"a Cb"}


def test_names_in_another_encoding_go_back_as_they_came() -> None:
    error = messages.error_response({"M": b"m\xfcller".decode("utf-8", "surrogateescape")})
    assert messages.read_fields(error)["M"] == b"m\xfcller"
    assert messages.read_fields(messages.error_response({"M": "\ud800!"}))["M"] == b"?!"


def test_an_old_error_is_one_string() -> None:
    assert messages.old_error_response("no") == b"EFATAL:  no\n\0"


def test_fields_of_an_error_can_be_replaced_added_and_taken_out() -> None:
    error = messages.error_response({"C": "TOLL2", "M": "watch", "D": "marketing"})
    changed = messages.with_fields(error, {"M": b"no", "D": b"", "H": b"ask"})
    assert changed == message(b"E", b"SERROR\0VERROR\0CTOLL2\0Mno\0Hask\0\0")


def test_a_notice_with_other_fields_remains_a_notice() -> None:
    notice = messages.notice_response({"M": "a"})
    assert messages.with_fields(notice, {"M": b"b"}) == messages.notice_response({"M": "b"})


def test_a_row_of_columns() -> None:
    row = messages.data_row(b"f", b"12")
    assert row == b"D\0\0\0\x11\0\2\0\0\0\1f\0\0\0\x0212"
    assert messages.read_column(row) == b"f"
