"""Which relations a licensed object means, and when two objects share one."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pgtoll_policy.errors import BadDocument
from pgtoll_policy.objects import (
    ObjectPattern,
    check_prefix,
    fold,
    glob_matches,
    globs_overlap,
    objects_overlap,
    parse_object,
    prefixes_overlap,
)

globs = st.text("ab*", max_size=8)
words = st.text("ab", max_size=8)


def expression(glob: str) -> str:
    return ".*".join(map(re.escape, glob.split("*")))


@pytest.mark.parametrize(
    ("text", "pattern", "exact"),
    [
        ("MrktInvoice", ObjectPattern("*", "mrktinvoice"), True),
        ("Sales.MrktInvoice", ObjectPattern("sales", "mrktinvoice"), True),
        ("Mrkt*", ObjectPattern("*", "mrkt*"), False),
        ("s*.Mrkt*Line", ObjectPattern("s*", "mrkt*line"), False),
        ("s*.MrktLine", ObjectPattern("s*", "mrktline"), True),
        ("MrktÜbersicht alt", ObjectPattern("*", "mrktÜbersicht alt"), True),
        ("M" * 63, ObjectPattern("*", "m" * 63), True),
    ],
)
def test_an_object_is_read(text: str, pattern: ObjectPattern, exact: bool) -> None:
    assert parse_object(text) == pattern
    assert pattern.exact is exact


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not Name, schema.Name"),
        (".a", "not Name, schema.Name"),
        ("a.", "not Name, schema.Name"),
        (" a", "not Name, schema.Name"),
        ("a. b", "not Name, schema.Name"),
        ('"a"', "not Name, schema.Name"),
        ("a\nb", "not Name, schema.Name"),
        ("a\ud800", "not Name, schema.Name"),
        ("a.b.c", "more than one dot"),
        ("a" * 64, "longer than 63 bytes"),
        ("é" * 32, "longer than 63 bytes"),
        ("s" * 64 + ".a", "longer than 63 bytes"),
    ],
)
def test_what_no_relation_is_called_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadDocument, match=reason):
        parse_object(text)


@pytest.mark.parametrize(
    ("text", "schema", "name", "matches"),
    [
        ("MrktInvoice", "public", "mrktinvoice", True),
        ("MrktInvoice", "", "mrktinvoice", True),
        ("MrktInvoice", "public", "mrktinvoices", False),
        ("Sales.MrktInvoice", "sales", "mrktinvoice", True),
        ("Sales.MrktInvoice", "", "mrktinvoice", True),
        ("Sales.MrktInvoice", "public", "mrktinvoice", False),
        ("Mrkt*", "public", "mrkt", True),
        ("Mrkt*", "public", "mrk", False),
        ("s*.Mrkt*", "sales", "mrktx", True),
        ("s*.Mrkt*", "public", "mrktx", False),
    ],
)
def test_an_object_means_relations(text: str, schema: str, name: str, matches: bool) -> None:
    assert parse_object(text).matches(schema, name) is matches


def test_only_ascii_letters_are_folded() -> None:
    assert fold("MrktINVOICE_9") == "mrktinvoice_9"
    assert fold("ÉK\u212aIİ") == "Ék\u212aiİ"


@given(globs, words)
@example("a*a", "a")
@example("*ab*ab*", "aab")
def test_a_glob_matches_what_the_same_expression_matches(glob: str, word: str) -> None:
    assert glob_matches(glob, word) is bool(re.fullmatch(expression(glob), word))


def test_many_wildcards_cost_little() -> None:
    assert not glob_matches("a*" * 31 + "b", "a" * 63)


@given(globs, globs)
@example("a*", "*b")
@example("*", "")
@example("a", "b*")
def test_globs_overlap_when_some_short_word_matches_both(left: str, right: str) -> None:
    assert globs_overlap(left, right) is globs_overlap(right, left)
    if not globs_overlap(left, right):
        both = f"(?={expression(left)}$){expression(right)}"
        assert not any(re.fullmatch(both, word) for word in ALL_WORDS)


@given(globs, st.data())
def test_globs_overlap_when_a_word_is_known_to_match_both(glob: str, data: st.DataObject) -> None:
    word = "".join(data.draw(words) if letter == "*" else letter for letter in glob)
    left = data.draw(st.integers(0, len(word)))
    right = data.draw(st.integers(left, len(word)))
    assert globs_overlap(glob, f"{word[:left]}*{word[right:]}")


ALL_WORDS = [f"{number:b}".replace("0", "a").replace("1", "b")[1:] for number in range(1, 1 << 8)]


@pytest.mark.parametrize(
    ("left", "right", "overlap"),
    [
        ("Mrkt*", "mrktinvoice", True),
        ("a.Mrkt*", "b.Mrkt*", False),
        ("a.Mrkt*", "Mrkt*", True),
        ("a*.Mrkt1", "*b.Mrkt1", True),
        ("MrktA*", "MrktB*", False),
    ],
)
def test_objects_overlap(left: str, right: str, overlap: bool) -> None:
    assert objects_overlap(parse_object(left), parse_object(right)) is overlap


@pytest.mark.parametrize(
    ("left", "right", "overlap"),
    [
        ("Mrkt", "mrkt", True),
        ("Mrk", "MRKT", True),
        ("MrktX", "Mrkt", True),
        ("Mrkt", "Sls", False),
    ],
)
def test_prefixes_overlap(left: str, right: str, overlap: bool) -> None:
    assert prefixes_overlap(left, right) is overlap


@pytest.mark.parametrize("prefix", ["M", "Mrkt", "mrkt_2", "Use", "X" * 31])
def test_a_vendors_prefix_is_accepted(prefix: str) -> None:
    check_prefix(prefix)


@pytest.mark.parametrize("prefix", ["", "9a", "a.b", "a*", "Mrkt ", "é", "X" * 32])
def test_what_is_no_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(BadDocument, match="prefix must be"):
        check_prefix(prefix)


@pytest.mark.parametrize("prefix", ["Usr", "usr", "USR", "UsrMrkt", "Us", "u"])
def test_the_customers_prefix_is_refused(prefix: str) -> None:
    with pytest.raises(BadDocument, match="customers' own prefix"):
        check_prefix(prefix)
