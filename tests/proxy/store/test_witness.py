"""Patterns as the witness's functions take them."""

import pytest

from pgtoll.store.witness import like_pattern


@pytest.mark.parametrize(
    ("pattern", "like"),
    [
        ("mrkt*", "mrkt%"),
        ("*", "%"),
        ("a*b*c", "a%b%c"),
        ("mrkt_x", r"mrkt\_x"),
        ("100%", r"100\%"),
        ("back\\slash", r"back\\slash"),
        ("*_\\%*", "%\\_\\\\\\%%"),
    ],
)
def test_the_star_is_the_only_wildcard(pattern: str, like: str) -> None:
    assert like_pattern(pattern) == like
