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


def test_words_are_found_where_they_are() -> None:
    assert heads.is_at(b"bc", b"abcd", 1, 3)
    assert not heads.is_at(b"bc", b"abcd", 0, 2)
    assert not heads.is_at(b"de", b"abcd", 3, 5)
    assert not heads.is_at(None, b"abcd", 0, 0)
    assert heads.holds(b"abcd", b"cd")
    assert not heads.holds(b"abcd", b"ce")


def test_a_tag_is_one_of_some_and_not_a_part_of_two() -> None:
    tags = b"SELEINSESET\0"
    assert heads.is_tagged(b"C....SELECT 1\0", 5, tags)
    assert heads.is_tagged(b"C....SET\0", 5, tags)
    assert not heads.is_tagged(b"C....LEIN", 5, tags)
    assert not heads.is_tagged(b"C....SEL", 5, tags)
    assert not heads.is_tagged(b"C....", 5, tags)
