"""Few statements mean the same whatever has become of the catalog; the others are checked."""

from dataclasses import replace

import pytest
from catalog_samples import CATALOG, HALF, SEATED
from gates import CONTACTS, INVOICES, gate_of, ruled

from pgtoll.catalog.marks import Mark
from pgtoll.fickleness import (
    commits_by_itself,
    is_fickle,
    is_fixed,
    is_harmless_anyway,
    is_plain,
    is_proven_anyway,
)
from pgtoll_policy.catalog import Catalog
from pgtoll_policy.facts import Act, Statement
from pgtoll_policy.policy import Policy
from pgtoll_policy.statement import read_script


def read(sql: str) -> Statement:
    (statement,) = read_script(sql).statements
    return statement


SELECT = read("SELECT * FROM contact")


@pytest.mark.parametrize(
    ("sql", "harmless"),
    [("BEGIN", True), ("SHOW a", True), ("SELECT 1", False), ("DISCARD ALL", True)],
)
def test_few_statements_are_harmless_whatever_the_catalog(sql: str, harmless: bool) -> None:
    assert is_harmless_anyway(read(sql)) is harmless


@pytest.mark.parametrize(
    ("sql", "fixed"),
    [
        ("SELECT 1", True),
        ("SELECT 'x', $1", True),
        ("BEGIN", True),
        ("COMMIT", True),
        ("SET work_mem = '1MB'", True),
        ("LOCK contact", True),
        ("PREPARE a AS SELECT * FROM contact", True),
        ("NOTIFY a", True),
        ("SELECT 1 FROM contact", False),
        ("SELECT lower('A')", False),
        ("SELECT 1 + 1", False),
        ("SELECT 'a'::own_type", False),
        ("SELECT (x).f FROM (SELECT 1) x", False),
        ("INSERT INTO contact VALUES (1)", False),
        ("DELETE FROM contact", False),
        ("TRUNCATE contact", False),
        ("COPY contact TO STDOUT", False),
        ("EXECUTE a", False),
        ("DECLARE c CURSOR FOR SELECT * FROM contact", False),
        ("CALL own()", False),
        ("DO $$ BEGIN END $$", False),
    ],
)
def test_what_names_something_may_come_to_mean_another_thing(sql: str, fixed: bool) -> None:
    assert is_fixed(read(sql)) is fixed


def test_a_prepare_makes_values_of_strings() -> None:
    prepared = read("PREPARE p AS SELECT 1")
    assert is_fixed(prepared)
    assert not is_fixed(prepared, strings=True)


def test_procedures_that_commit_and_blocks_that_do_have_no_room_for_a_check() -> None:
    catalog = replace(CATALOG, committing=frozenset({"settle"}))
    assert commits_by_itself(read("CALL settle()"), catalog)
    assert not commits_by_itself(read("CALL other()"), catalog)
    assert not commits_by_itself(read("SELECT settle()"), catalog)
    assert commits_by_itself(replace(read("DO $$ BEGIN END $$"), may_commit=True), catalog)


def test_what_may_mean_another_thing_is_checked_where_there_is_room() -> None:
    catalog = replace(CATALOG, committing=frozenset({"settle"}))
    assert is_fickle(SELECT, catalog)
    assert is_fickle(read("CALL other()"), catalog)
    assert not is_fickle(read("CALL settle()"), catalog)
    assert not is_fickle(replace(SELECT, unwatchable="it refuses a block"), catalog)
    assert not is_fickle(read("SELECT 1"), catalog)


@pytest.mark.parametrize(
    ("sql", "fickle"),
    [
        ("REINDEX TABLE event", False),
        ("CLUSTER event", False),
        ("REINDEX TABLE contact", True),
        ("ANALYZE event", True),
    ],
)
def test_what_is_partitioned_is_made_anew_piece_by_piece(sql: str, fickle: bool) -> None:
    assert is_fickle(read(sql), CATALOG) is fickle


@pytest.mark.parametrize(
    ("sql", "plain"),
    [
        ("SELECT * FROM contact", True),
        ("VALUES (1)", True),
        ("TABLE contact", True),
        ("WITH a AS (SELECT 1) SELECT * FROM a", True),
        ("INSERT INTO contact VALUES (1) RETURNING id", True),
        ("UPDATE contact SET id = 1", True),
        ("DELETE FROM contact", True),
        ("SELECT * INTO new FROM contact", False),
        ("CREATE TABLE new AS SELECT 1", False),
        ("SELECT set_config('pgtoll.user', 'x', false)", False),
        ("SET search_path = a", False),
        ("COPY contact FROM STDIN", False),
        ("COPY contact TO STDOUT", False),
        ("BEGIN", False),
        ("COMMIT", False),
        ("ROLLBACK TO a", False),
        ("EXECUTE a", False),
        ("PREPARE a AS SELECT 1", False),
        ("DEALLOCATE a", False),
        ("DECLARE c CURSOR FOR SELECT 1", False),
        ("FETCH c", False),
        ("CALL own()", False),
        ("DO $$ BEGIN END $$", False),
        ("CREATE TABLE new (a int)", False),
        ("EXPLAIN ANALYZE SELECT 1", False),
    ],
)
def test_queries_and_changes_of_rows_are_plain(sql: str, plain: bool) -> None:
    assert is_plain(read(sql)) is plain


@pytest.mark.parametrize(
    "statement",
    [
        replace(SELECT, opaque="unread"),
        replace(SELECT, ddl=True),
        replace(SELECT, settings=("a",)),
        replace(SELECT, names_user="x"),
        replace(SELECT, copies_in=True),
        replace(SELECT, may_commit=True),
        replace(SELECT, unwatchable="a file"),
        replace(SELECT, act=Act.COMMIT),
    ],
)
def test_a_query_that_does_more_is_not_plain(statement: Statement) -> None:
    assert is_plain(SELECT)
    assert not is_plain(statement)


# As the gate rules


def fickle(policy: Policy, sql: bytes, catalog: Catalog = CATALOG) -> tuple[bool, bool, bool]:
    (ruling,) = ruled(gate_of(policy, mark=Mark(7), catalog=catalog).judge("bob"), sql)
    return ruling.fickle, ruling.defers, ruling.plain


def test_what_is_proven_is_checked_where_ddl_is_counted() -> None:
    assert fickle(SEATED, CONTACTS) == (True, False, True)
    assert fickle(SEATED, CONTACTS, replace(CATALOG, defers=True)) == (True, True, False)
    assert fickle(HALF, b"INSERT INTO contact VALUES (1)") == (True, False, False)
    for sql in (INVOICES, b"COMMIT", b"SELECT 1", b"DO $$ BEGIN END $$", b"VACUUM contact"):
        assert fickle(SEATED, sql) == (False, False, False)
    (ruling,) = ruled(gate_of(SEATED).judge("bob"), CONTACTS)
    assert not ruling.fickle


def test_what_tells_of_names_is_not_proven_in_doubt() -> None:
    assert is_proven_anyway(read("SHOW search_path"))
    assert is_proven_anyway(read("SET a.b = '1'"))
    assert is_proven_anyway(read("RESET a.b"))
    assert not is_proven_anyway(read("SHOW a.b"))
    assert is_fixed(read("SHOW a.b"))
