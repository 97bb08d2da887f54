"""What autovacuum would run later is proven when it is made."""

from dataclasses import replace

import pytest
from catalog_samples import CATALOG, OID, ROWS, reached

from pgtoll_policy.bodies import read_body
from pgtoll_policy.body import Body, BodyText
from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.directory import Directory
from pgtoll_policy.reach import Reach
from pgtoll_policy.rows import Attachment, CatalogRows, FunctionRow
from pgtoll_policy.upkept import LATER, upkeep_words

PURE = FunctionRow(17901, "public", "pure", arguments=1, body="BEGIN RETURN twice($1) + 1; END")
INNER = FunctionRow(17902, "public", "twice", arguments=1, body="BEGIN RETURN $1 * 2; END")
LOOKS = FunctionRow(17903, "public", "looks", body="BEGIN RETURN (SELECT count(*) FROM note); END")
ALL = replace(ROWS, functions=(*ROWS.functions, PURE, INNER, LOOKS))
KEPT = replace(
    ALL, attached=(*ROWS.attached, Attachment(OID["note"], PURE.oid, reading=False, upkeep=True))
)


def judged(sql: str, rows: CatalogRows = ALL) -> Reach:
    texts = [BodyText(one.language, one.body) for one in (PURE, INNER, LOOKS)]
    bodies: dict[BodyText, Body] = {text: read_body(text) for text in texts}
    return reached(sql, build_catalog(rows, bodies=bodies))


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX ON note ({}(id))",
        "CREATE INDEX ON note (id) WHERE {}(id) > 1",
        "CREATE INDEX CONCURRENTLY ON note ({}(id))",
        "CREATE STATISTICS s ON ({}(id)), id FROM note",
        "CREATE TYPE spans AS RANGE (subtype = int, subtype_diff = {})",
        "ALTER TABLE note ADD EXCLUDE USING gist ({}(id) WITH =)",
        "CREATE TABLE made (id int, EXCLUDE USING gist ({}(id) WITH =))",
        "ALTER DOMAIN odd ADD CHECK ({}(value) > 1)",
    ],
)
def test_what_is_kept_touches_nothing_at_all(sql: str) -> None:
    assert not judged(sql.format("pure")).later
    for function in ("looks", "tidy", "unheard_of"):
        found = judged(sql.format(function))
        assert (found.later, found.unwatchable) == (True, LATER)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX ON note (id)",
        "CREATE INDEX ON note (upper(name)) WHERE id > 1",
        "CREATE TABLE made (id int DEFAULT looks(), CHECK (looks() > 1))",
        "SELECT looks()",
        "ALTER TABLE note ADD CHECK (tidy(id) > 1)",
    ],
)
def test_other_code_is_not_left_to_upkeep(sql: str) -> None:
    assert not judged(sql).later


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE OR REPLACE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION other.pure(text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "ALTER FUNCTION looks() RENAME TO twice",
        "ALTER FUNCTION other.twice(int) SET SCHEMA public",
        "ALTER FUNCTION twice(int) SET search_path = other",
        "CREATE OPERATOR * (function = looks, leftarg = int, rightarg = int)",
    ],
)
def test_what_upkeep_runs_does_not_become_other_code(sql: str) -> None:
    assert not judged(sql).later
    found = judged(sql, KEPT)
    assert (found.later, found.unwatchable, found.may_insert) == (True, LATER, True)


def test_functions_of_other_names_may_be_made() -> None:
    sql = "CREATE FUNCTION another() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    assert not judged(sql, KEPT).later


def test_the_words_are_those_of_all_that_is_called() -> None:
    words = upkeep_words(KEPT, Directory.of(KEPT))
    assert {"pure", "twice"} <= words
    assert "looks" not in words
    assert not upkeep_words(ROWS, Directory.of(ROWS))
    assert CATALOG.upkeep == frozenset()
