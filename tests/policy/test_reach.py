"""What a statement touches by its names in a picture of the database."""

from dataclasses import replace

import pytest
from catalog_samples import OID, ROWS, TIDY, names, reached

from pgtoll_policy.catalog import build_catalog
from pgtoll_policy.facts import Name
from pgtoll_policy.reach import Reach, doubted, reach
from pgtoll_policy.rows import (
    Anywhere,
    Attachment,
    BuiltinRow,
    CatalogRows,
    IndexRow,
    OperatorRow,
    RelationRow,
)
from pgtoll_policy.statement import read_script

SYSTEM = {12001: "pg_stat_activity", 12002: "pg_stats"}
SEEN = RelationRow(16999, "public", "seen", "v")  # a view of the first


@pytest.mark.parametrize(
    ("sql", "reads", "touches"),
    [
        ("SELECT * FROM note", {"note"}, set()),
        ("SELECT * FROM mrktinvoice_copy", {"mrktinvoice_copy", "mrktinvoice_view"}, set()),
        ("SELECT * FROM mrktinvoice_number", {"mrktinvoice_number"}, set()),
        ("SELECT * FROM event", {"event", "event_1"}, set()),
        ("SELECT * FROM event_1", {"event", "event_1"}, set()),
        ("SELECT * FROM ONLY note", {"note"}, set()),
        ("SELECT * FROM ONLY event, note", {"event", "event_1", "note"}, set()),  # partitions
        ("SELECT * FROM guarded", {"guarded"}, {"mrktinvoice"}),
        ("INSERT INTO guarded VALUES (1)", {"guarded"}, {"mrktinvoice"}),
        ("INSERT INTO ruled VALUES (1)", {"ruled"}, {"log"}),
        ("SELECT * FROM ruled", {"ruled"}, set()),
        ("INSERT INTO referring VALUES (1)", {"referring"}, {"mrktinvoice"}),
        ("SELECT * FROM referring", {"referring"}, set()),
        ("DELETE FROM mrktinvoice", set(), {"referring"}),
        ("SELECT * FROM pg_temp.lookup", set(), {"pg_temp_4.lookup", "mrktinvoice"}),
        ("SELECT NULL::note", {"note"}, set()),
        ("SELECT 'note'::regclass", set(), {"note"}),
        ("SELECT 'note'::regclass FROM note", {"note"}, set()),
        (f"SELECT '{OID['note']}'::regclass", set(), {"note"}),
        ("SELECT setval('mrktinvoice_number', 5)", {"mrktinvoice_number"}, set()),
        ("SELECT setval('mrktinvoice_number'::regclass, 5)", {"mrktinvoice_number"}, set()),
        ("SELECT setval('note', 5)", set(), {"note"}),  # is no sequence
        ("LOCK note", {"note"}, set()),
        ("COMMENT ON TABLE note IS 'x'", {"note"}, set()),
        ("SELECT 1", set(), set()),
    ],
)
def test_what_a_statement_touches(sql: str, reads: set[str], touches: set[str]) -> None:
    found = reached(sql)
    assert names(found.reads) == reads | ({"mrktinvoice"} if "mrktinvoice" in sql else set())
    assert names(found.touches) == touches


@pytest.mark.parametrize(
    ("sql", "inserts", "elsewhere"),
    [
        ("SELECT * FROM note", set(), False),
        ("INSERT INTO log VALUES (1)", {"log"}, False),
        ("INSERT INTO note VALUES (1)", {"note"}, False),
        # The update may cascade to a table with a trigger.
        ("INSERT INTO note VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", {"note"}, True),
        ("INSERT INTO note VALUES (1) ON CONFLICT DO NOTHING", {"note"}, False),
        ("INSERT INTO audited_view VALUES (1)", {"audited_view", "audited"}, True),
        ("INSERT INTO event_1 VALUES (1)", {"event", "event_1"}, False),
        ("INSERT INTO scratch VALUES (1)", set(), False),
        ("INSERT INTO lookup VALUES (1)", {"lookup", "mrktinvoice"}, False),
        ("INSERT INTO nowhere VALUES (1)", set(), True),
        ("UPDATE ruled SET a = 1", {"ruled", "log"}, False),
        ("INSERT INTO ruled VALUES (1)", {"ruled", "log"}, False),
        ("UPDATE note SET a = 1", set(), True),  # it may cascade to a table with a trigger
        ("UPDATE stored SET a = 1", set(), False),
        ("CREATE INDEX CONCURRENTLY ON stored (upper(a))", set(), False),
        ("CREATE INDEX CONCURRENTLY ON stored (tidy(a))", set(), True),
    ],
)
def test_which_tables_get_rows(sql: str, inserts: set[str], elsewhere: bool) -> None:
    found = reached(sql)
    assert (names(found.inserts), found.elsewhere) == (inserts, elsewhere)
    assert found.may_insert is (bool(inserts) or elsewhere)


@pytest.mark.parametrize(
    ("sql", "opaque"),
    [
        ("SELECT * FROM nowhere", 'relation "nowhere" is not known'),
        ("SELECT 'nowhere'::regclass", 'relation "nowhere" is not known'),
        ("SELECT '1'::regclass", 'relation "1" is not known'),
        ("SELECT 'public.1'::regclass", 'relation "public.1" is not known'),
        ("SELECT * FROM pg_toast_16401", 'relation "pg_toast_16401" holds values of another'),
        ("SELECT * FROM running_view", 'function "query_to_xml" runs a text'),
        ("UPDATE pg_class SET relname = 'x'", 'system relation "pg_class" is changed'),
        ("SELECT NULL::typed", 'type "typed" may run function "public.tidy"'),
        ("SELECT f()", 'function "f" is not known to be harmless'),
        ("DO 'x'", "a DO block, and begin is missing"),
        ("DO LANGUAGE plperl 'x'", "a DO block"),
    ],
)
def test_why_a_statement_is_opaque(sql: str, opaque: str) -> None:
    assert reached(sql).opaque == opaque


def test_unknown_names_are_kept_apart() -> None:
    found = reached("SELECT * FROM note, nowhere, archive.nothing")
    assert found.unknown == {Name("", "nowhere"), Name("archive", "nothing")}


def test_a_doubt_keeps_an_older_reason() -> None:
    assert doubted(reached("DO 'x'"), "the picture is old").opaque == (
        "a DO block, and begin is missing"
    )
    found = doubted(reached("SELECT 1"), "the picture is old")
    assert (found.opaque, found.may_insert, found.elsewhere) == ("the picture is old", True, True)


def test_nothing_is_proven_of_a_reach_that_nobody_made() -> None:
    unseen = Reach(reached("SELECT 1").statement)
    assert (unseen.may_insert, unseen.elsewhere) == (True, True)


UPKEPT = replace(
    ROWS,
    attached=(*ROWS.attached, Attachment(OID["note"], TIDY, reading=False, upkeep=True)),
    indexes=(IndexRow("public", "note_tidy", OID["note"]), IndexRow("public", "plain_index", 1)),
)


@pytest.mark.parametrize(
    ("sql", "function"),
    [
        ("VACUUM note", "public.tidy"),
        ("ANALYZE note", "public.tidy"),
        ("REINDEX INDEX CONCURRENTLY note_tidy", "public.tidy"),
        ("VACUUM", "public.tidy"),
        ("REINDEX SCHEMA public", "public.tidy"),
        ("VACUUM contact, note", "public.tidy"),
        ("VACUUM contact", ""),
        ("ANALYZE contact, audited", ""),
        ("SELECT * FROM note", ""),
    ],
)
def test_upkeep_runs_the_code_of_indexes_and_statistics(sql: str, function: str) -> None:
    found = reached(sql, build_catalog(UPKEPT))
    assert (found.function, bool(found.opaque)) == (function, bool(function))


@pytest.mark.parametrize("sql", ["VACUUM", "VACUUM contact", "REINDEX TABLE contact"])
def test_upkeep_runs_the_code_of_range_types_but_no_casts(sql: str) -> None:
    ranges = build_catalog(replace(ROWS, anywhere=(Anywhere(TIDY, "a range type"),)))
    assert reached(sql, ranges).function == "public.tidy"
    casts = build_catalog(replace(ROWS, anywhere=(Anywhere(TIDY, "a cast"),)))
    assert not reached(sql, casts).opaque


@pytest.mark.parametrize(
    "sql", ["DROP INDEX CONCURRENTLY note_tidy", "REINDEX INDEX public.note_tidy"]
)
def test_an_index_stands_for_its_table(sql: str) -> None:
    found = reached(sql, build_catalog(UPKEPT))
    assert (names(found.reads), found.unknown) == ({"note"}, frozenset())


def test_dropping_an_index_that_is_not_there_touches_nothing() -> None:
    assert not reached("DROP INDEX CONCURRENTLY IF EXISTS nothing").opaque
    assert reached("DROP INDEX IF EXISTS nothing").opaque  # CASCADE may reach anything
    assert reached("REINDEX INDEX CONCURRENTLY nothing").opaque


def test_an_index_of_another_schema_is_another() -> None:
    found = reached("REINDEX INDEX archive.note_tidy", build_catalog(UPKEPT))
    assert not found.reads
    assert found.unknown == {Name("archive", "note_tidy")}


@pytest.mark.parametrize(
    ("sql", "concerned", "discreetly"),
    [
        ("SELECT pid FROM pg_stat_activity", False, False),
        ("SELECT query FROM pg_stat_activity", True, False),
        ("SELECT * FROM pg_stat_activity", True, False),
        ("SELECT query FROM seen", True, True),
        ("SELECT pid FROM seen", True, True),
        ("SELECT * FROM pg_stats", True, True),
        ("SELECT n_distinct FROM pg_stats", False, False),
        ("SELECT pg_stat_get_activity(1)", True, True),
    ],
)
def test_what_holds_statements_of_others_is_shown_to_who_sees_none(
    sql: str, concerned: bool, discreetly: bool
) -> None:
    system = [RelationRow(n, "pg_catalog", name, "v") for n, name in SYSTEM.items()]
    rows = replace(ROWS, relations=(*ROWS.relations, *system, SEEN), views=((SEEN.oid, 12001),))
    (statement,) = read_script(sql).statements
    catalog = build_catalog(rows)
    assert bool(reach(statement, catalog).unwatchable) is concerned
    assert bool(reach(statement, catalog, discreet=True).unwatchable) is discreetly


def block(text: str) -> str:
    return f"DO $$ {text} $$"


def test_what_a_block_certainly_touches_is_what_each_run_does() -> None:
    found = reached(
        block("BEGIN INSERT INTO note VALUES (1); IF x THEN DELETE FROM stored; END IF; END")
    )
    assert (names(found.reads), names(found.named)) == ({"note"}, {"note"})
    assert names(found.touches) >= {"stored"}
    assert (names(found.inserts), found.elsewhere) == ({"note"}, False)
    assert found.opaque == ""


def test_words_of_a_block_may_be_relations_and_more() -> None:
    assert names(reached(block("DECLARE a note.b%TYPE; BEGIN NULL; END")).touches) >= {"note"}
    assert reached(block("DECLARE a clean; BEGIN NULL; END")).opaque
    assert reached(block("DECLARE a b; BEGIN RAISE NOTICE '%', x.tidy; END")).opaque


def test_a_block_may_make_one_relation_that_is_not_known() -> None:
    made = reached(block("BEGIN CREATE TABLE fresh (id int); END"))
    assert (made.opaque, made.may_insert) == ("", False)
    assert made.unknown == {Name("", "fresh")}
    both = block("BEGIN CREATE TABLE fresh (id int REFERENCES unheardof); END")
    assert reached(both).opaque
    assert reached(block("BEGIN CREATE TABLE fresh (LIKE mrktinvoice); END")).touches


def test_behind_a_change_of_the_catalog_rows_may_go_anywhere() -> None:
    quiet = reached(block("BEGIN CREATE SCHEMA a; UPDATE stored SET a = 1; END"))
    assert (quiet.may_insert, quiet.elsewhere) == (False, False)
    fills = reached(block("BEGIN CREATE SCHEMA a; INSERT INTO stored VALUES (1); END"))
    assert (fills.opaque, fills.elsewhere) == ("", True)
    renames = reached(block("BEGIN ALTER TABLE stored RENAME TO note; END"))
    assert (bool(renames.opaque), renames.elsewhere) == (True, True)


def test_a_block_that_catches_errors_may_undo_what_tells_of_it() -> None:
    caught = block("BEGIN NULL; EXCEPTION WHEN others THEN NULL; END")
    assert (reached(caught).catches, reached(block("BEGIN NULL; END")).catches) == (True, False)


def test_the_gravest_of_a_block_speaks_for_it() -> None:
    text = "BEGIN ALTER TABLE note ADD b int; PERFORM * FROM pg_stats; END"
    assert "pg_stats" in reached(block(text)).opaque


ASKS = 2077  # current_setting
ASKING = build_catalog(
    CatalogRows(
        relations=(RelationRow(17001, "public", "guarded"), RelationRow(17002, "public", "plain")),
        attached=(Attachment(17001, ASKS, True),),
        builtins=(BuiltinRow(ASKS, "current_setting"),),
        operators=(OperatorRow("?!", ASKS),),
    )
)


@pytest.mark.parametrize(
    ("sql", "probes"),
    [
        ("SELECT current_setting('a.b')", True),
        ("SELECT pg_catalog.pg_settings_get_flags(x) FROM plain", True),
        ("SELECT * FROM guarded", True),
        ("SELECT ?! 'a.b'", True),
        ("SELECT * FROM plain", False),
        ("SELECT now()", False),
        ("SHOW a.b", True),
        ("SHOW search_path", False),
        ("ALTER ROLE me SET a.b FROM CURRENT", True),
        ("ALTER ROLE me SET search_path FROM CURRENT", False),
        ("SET a.b = '1'", False),
        ("RESET a.b", False),
    ],
)
def test_what_tells_whether_a_parameter_is_there(sql: str, probes: bool) -> None:
    (statement,) = read_script(sql).statements
    assert reach(statement, ASKING).probes is probes
