"""Hostile text on a page: seen for what it is, and unchanged where a form sends it back."""

from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from pgtoll.console.visible import (
    day,
    exact,
    finalized,
    from_field,
    minute,
    second,
    to_field,
    visible,
    visible_code,
)

HOSTILE = '<script>alert("x")</script>\r\n\x00\u202egnp.exe\u2066 %41+&\'\U0001f600'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë O'Neil", "Zoë O'Neil"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\nb\x1b[0m", "a⟨U+000A⟩b⟨U+001B⟩[0m"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("\ud800", "⟨U+D800⟩"),
    ],
)
def test_what_is_hidden_is_named(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_code_keeps_its_lines() -> None:
    shown = visible_code("SELECT\r\n\t1 < 2 -- \u202e")
    assert shown == "SELECT\n\t1 &lt; 2 -- ⟨U+202E⟩"
    assert finalized(shown) == shown


def test_what_is_edited_stays_as_it_is() -> None:
    assert finalized(exact("a <\u202e\n")) == "a &lt;\u202e\n"


def test_templates_write_what_is_visible_and_leave_markup_alone() -> None:
    assert finalized("a\x07") == "a⟨U+0007⟩"
    assert finalized(Markup("a\n")) == Markup("a\n")
    assert finalized(None) == ""
    assert finalized(3) == 3


def test_a_field_brings_any_name_back() -> None:
    written = to_field(HOSTILE)
    assert from_field(written) == HOSTILE
    assert written.isascii()
    assert not set(written) & set("<>&\"' \r\n")


def test_a_field_of_somebody_else_is_refused() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        from_field("%ff")


def test_times_are_told_in_utc() -> None:
    moment = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    assert (day(moment), day(None)) == ("2026-03-04", "")
    assert minute(moment) == "2026-03-04 05:06 UTC"
    assert second(moment) == "2026-03-04 05:06:07 UTC"
