"""Heads of messages, where they lie."""

import pytest

from pgtoll.wire import heads
from pgtoll.wire.messages import query


def test_a_head_is_read_where_it_lies() -> None:
    data = query(b"SELECT 1") + query(b"")
    at = len(query(b"SELECT 1"))
    assert heads.kind_at(data, 0) == heads.kind_at(data, at) == ord("Q")
    assert (heads.length_at(data, 0), heads.length_at(data, at)) == (at - 1, 5)
    assert len(query(b"")) == heads.HEAD_BYTES + 1


@pytest.mark.parametrize("length", [0, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_any_length_is_told_as_it_is(length: int) -> None:
    assert heads.length_at(b"Q" + length.to_bytes(4, "big"), 0) == length


def test_a_string_ends_where_its_zero_is() -> None:
    assert heads.zero_at(b"ab\0cd\0", 0, 6) == 2
    assert heads.zero_at(b"ab\0cd\0", 3, 6) == 5
    assert heads.zero_at(b"ab\0cd\0", 3, 5) == -1
    assert heads.zero_at(b"ab\0", 3, 3) == -1
