"""SASLprep: the examples of RFC 4013, and what PostgreSQL makes of the rest."""

import pytest

from pgtoll.wire.saslprep import prepared


@pytest.mark.parametrize(
    ("password", "hashed"),
    [
        ("user", "user"),
        ("USER", "USER"),
        ("I\u00adX", "IX"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("caf" + "e\u0301", "caf\u00e9"),
        ("a\u00a0b", "a b"),
        ("a\u200bb", "a b"),
        ("\u0627\u0628", "\u0627\u0628"),
        ("\u06271\u0628", "\u06271\u0628"),
    ],
)
def test_a_password_has_one_form(password: str, hashed: str) -> None:
    assert prepared(password) == hashed


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("\u06271", id="right to left, with another end"),
        pytest.param("\u0627a\u0628", id="both directions"),
        pytest.param("\u0007", id="an ASCII control is left alone"),
        pytest.param("\u00e4\u0007", id="control"),
        pytest.param("\u00ad", id="nothing would be left"),
        pytest.param("\u00e4\ue000", id="private use"),
        pytest.param("\u00e4\ufffd", id="replacement"),
        pytest.param("\u00e4\u202e", id="turns the direction"),
        pytest.param("\u00e4\u0221", id="unassigned in Unicode 3.2"),
    ],
)
def test_a_password_without_a_form_is_hashed_as_it_is(password: str) -> None:
    assert prepared(password) == password
