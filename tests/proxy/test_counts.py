"""Counts and their words."""

from pgtoll.counts import plural


def test_counts_have_their_word() -> None:
    assert plural(1, "seat") == "1 seat"
    assert plural(20_000, "seat") == "20,000 seats"
    assert plural(0, "is over", "are over") == "0 are over"
