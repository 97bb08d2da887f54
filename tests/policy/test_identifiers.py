"""Names as the server makes them of what is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgtoll_policy.facts import Name
from pgtoll_policy.identifiers import MAX_BYTES, fold, qualified, truncate, written_name


def test_only_ascii_is_folded() -> None:
    assert fold("MrktÉ\u212a") == "mrktÉ\u212a"


@given(st.text())
def test_names_are_cut_between_characters(text: str) -> None:
    name = truncate(text)
    assert text.startswith(name)
    assert len(name.encode()) <= MAX_BYTES
    assert name == text or len(text[: len(name) + 1].encode()) > MAX_BYTES


def test_a_qualified_name_may_name_its_database() -> None:
    assert qualified(["d", "s", "t"]) == Name("s", "t")
    assert qualified(["t"]) == Name("", "t")
    assert qualified([]) == Name("", "")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("T", Name("", "t")),
        (' s . "T 1" ', Name("s", "T 1")),
        ('"a""b"', Name("", 'a"b')),
        ("17269", Name("", "17269")),
        ("", None),
        ("a b", None),
        ("a.", None),
        ('"a', None),
        ("f(int)", None),
        ("t[]", None),
    ],
)
def test_a_name_in_a_string(text: str, name: Name | None) -> None:
    assert written_name(text) == name
