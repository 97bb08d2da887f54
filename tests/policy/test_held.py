"""The query of a cursor WITH HOLD runs at COMMIT, behind every check."""

import pytest
from catalog_samples import FUNCTIONS, ROWS, SEATED, reached
from license_samples import NOW

from pgtoll_policy.bodies import read_body
from pgtoll_policy.body import BodyText
from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.reach import Reach
from pgtoll_policy.verdict import Kind, decide

TIDY = next(BodyText(one.language, one.body) for one in FUNCTIONS if one.name == "tidy")
CATALOG = build_catalog(ROWS, bodies={TIDY: read_body(TIDY)})


def declared(query: str, options: str = "CURSOR WITH HOLD") -> Reach:
    return reached(f"DECLARE c {options} FOR {query}", CATALOG)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT id FROM contact ORDER BY id",
        "SELECT initcap(id::text), n FROM contact_view, generate_series(1, 3) n",
        "SELECT similarity(name, 'x') FROM note",
    ],
)
def test_what_is_bound_when_the_cursor_is_declared_is_proven(query: str) -> None:
    assert not declared(query).opaque


@pytest.mark.parametrize(
    "query",
    [
        "SELECT tidy(name) FROM note",
        "SELECT * FROM calling_view",
        "SELECT ### name FROM note",
        "SELECT name::clean FROM note",
        "SELECT json_populate_record(NULL::odd, '{}')",
        "SELECT name::archive.text FROM note",
    ],
)
def test_what_may_be_another_thing_at_commit_is_not(query: str) -> None:
    assert "at COMMIT" in declared(query, "SCROLL CURSOR WITH HOLD").opaque
    assert not declared(query, "CURSOR").opaque
    assert not declared(query, "SCROLL CURSOR WITHOUT HOLD").opaque


def test_such_a_cursor_is_watched_and_may_insert() -> None:
    cursor = declared("SELECT tidy(name) FROM note")
    assert decide(cursor, SEATED, "bob", NOW).kind is Kind.WATCH
    assert cursor.may_insert
    assert decide(cursor, SEATED, "alice", NOW).kind is Kind.ALLOW
