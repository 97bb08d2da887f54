"""Where the server cuts and folds names otherwise than we do, none beyond ASCII proves anything."""

import pytest

from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.directory import Directory
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.foreign_names import may_stray, plain_bodies, straying_concern
from pgtoll_policy.rows import (
    UTF8,
    CatalogRows,
    EncodingRow,
    FunctionRow,
    IndexRow,
    RelationRow,
    TypeRow,
)

LATIN1 = EncodingRow(foreign=True)
GERMAN = EncodingRow(foreign=True, folds=True)
EUC_JP = EncodingRow(foreign=True, several=True)

LONG = "é" * 31 + "ab"  # 64 bytes in UTF-8
WHOLE = "é" * 31 + "a"


def relations(*names: str, encoding: EncodingRow) -> CatalogRows:
    rows = tuple(RelationRow(at, "public", name) for at, name in enumerate(names))
    return CatalogRows(relations=rows, encoding=encoding)


def stray(rows: CatalogRows) -> bool:
    return may_stray(rows, Directory.of(rows))


def code(name: str, encoding: EncodingRow) -> CatalogRows:
    return CatalogRows(types=(TypeRow("public", name, 1),), encoding=encoding)


@pytest.mark.parametrize("encoding", [LATIN1, GERMAN, EUC_JP])
def test_a_name_that_we_would_cut_is_taken_for_another(encoding: EncodingRow) -> None:
    assert stray(relations("plain", LONG, encoding=encoding))
    assert stray(CatalogRows(indexes=(IndexRow("s", LONG, 1),), encoding=encoding))
    assert stray(CatalogRows(functions=(FunctionRow(1, LONG, "f"),), encoding=encoding))
    assert not stray(relations("plain", WHOLE, encoding=encoding))


def test_in_utf8_the_server_reads_names_as_we_do() -> None:
    assert not stray(relations(LONG, encoding=UTF8))


def test_what_the_server_would_fold_is_taken_for_what_it_folds_it_to() -> None:
    assert stray(relations("Übersicht", encoding=GERMAN))
    assert not stray(relations("übersicht", "Plain", encoding=GERMAN))
    assert not stray(relations("Übersicht", encoding=LATIN1))


@pytest.mark.parametrize(
    ("name", "encoding", "strays"),
    [
        ("übersicht", GERMAN, True),  # ÜBERSICHT means it
        ("übersicht", LATIN1, False),
        ("plain", GERMAN, False),
        ("é", EUC_JP, True),  # there, letters of UTF-8 may be one; a longer name may be cut to it
        ("plain", EUC_JP, False),
    ],
)
def test_code_is_not_to_be_missed_by_a_name_that_nothing_has(
    name: str, encoding: EncodingRow, *, strays: bool
) -> None:
    assert stray(code(name, encoding)) is strays


def test_only_names_beyond_ascii_are_in_doubt() -> None:
    plain = Statement("select", 0, 0, reads=frozenset({Name("public", "orders")}))
    assert straying_concern(plain) is None
    for stray in (
        Statement("select", 0, 0, reads=frozenset({Name("é", "orders")})),
        Statement("select", 0, 0, functions=frozenset({Name("", "é")})),
        Statement("select", 0, 0, columns=frozenset({"é"})),
    ):
        assert straying_concern(stray) is not None


def test_bodies_that_may_hold_such_a_name_count_as_unread() -> None:
    texts = ["SELECT 1", "SELECT 'é'", r'SELECT U&"\00e9"', r"EXECUTE E'\u00e9'"]
    bodies = {BodyText("sql", text): Body() for text in texts}
    assert [one.text for one in plain_bodies(bodies)] == texts[:1]
