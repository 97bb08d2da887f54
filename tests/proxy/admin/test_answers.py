"""Tables as bytes: names, types, and values in text and in binary."""

import struct

from pgtoll.admin.answers import Table, columns, complete, data_rows, row_description

TABLE = Table(columns("name", "number#"), [("é", 7), (None, None), ("a\0b", -1)])


def test_columns_are_described() -> None:
    found = row_description(TABLE.columns)
    assert found[:1] == b"T"
    assert found[5:7] == b"\0\2"
    assert found[7:].startswith(b"name\0" + struct.pack("!IHIhiH", 0, 0, 25, -1, -1, 0))
    assert found.endswith(b"number\0" + struct.pack("!IHIhiH", 0, 0, 20, 8, -1, 0))


def test_values_come_as_text() -> None:
    first = b"\0\2" + struct.pack("!i", 2) + "é".encode() + struct.pack("!i", 1) + b"7"
    nothing = b"\0\2" + struct.pack("!ii", -1, -1)
    clean = b"\0\2" + struct.pack("!i", 3) + b"a b" + struct.pack("!i", 2) + b"-1"
    assert cut(data_rows(TABLE)) == [first, nothing, clean]


def test_numbers_come_in_binary_where_that_is_asked_for() -> None:
    first = b"\0\2" + struct.pack("!i", 2) + "é".encode() + struct.pack("!iq", 8, 7)
    assert cut(data_rows(TABLE, (1,)))[0] == first
    assert cut(data_rows(TABLE, (0, 1)))[0] == first
    assert row_description(TABLE.columns, (0, 1)).endswith(struct.pack("!hiH", 8, -1, 1))


def test_a_command_is_complete_with_its_rows() -> None:
    assert complete("SHOW", 3) == b"C\0\0\0\x0bSHOW 3\0"
    assert complete("PAUSE") == b"C\0\0\0\x0aPAUSE\0"


def cut(data: bytes) -> list[bytes]:
    """The payloads of messages."""
    found = []
    while data:
        size = 1 + int.from_bytes(data[1:5], "big")
        assert data[:1] == b"D"
        found.append(data[5:size])
        data = data[size:]
    return found
