"""What the kind of a statement proves."""

import pytest

from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.proof import (
    change_concern,
    is_quiet,
    kind_concern,
    only_drops,
    refuses_block,
    waiting_concern,
)
from pgtoll_policy.statement import read_script


def _read(sql: str) -> Statement:
    (statement,) = read_script(sql).statements
    return statement


@pytest.mark.parametrize(
    "sql",
    [
        *("SELECT 1", "TABLE t", "VALUES (1)", "INSERT INTO t VALUES (1)", "UPDATE t SET a = 1"),
        *("DELETE FROM t", "COPY t FROM STDIN", "COPY t TO STDOUT", "TRUNCATE t", "LOCK t"),
        *("EXPLAIN ANALYZE SELECT 1", "PREPARE p AS SELECT 1", "DECLARE c CURSOR FOR SELECT 1"),
        *("BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT s", "RELEASE s", "ROLLBACK TO s"),
        *("SET a.b = 'c'", "RESET a.b", "SHOW a.b", "DISCARD ALL", "DEALLOCATE ALL", "CLOSE c"),
        *("LISTEN c", "NOTIFY c", "UNLISTEN *", "CHECKPOINT", "SET CONSTRAINTS ALL DEFERRED"),
        *("VACUUM t", "ANALYZE t", "REINDEX TABLE t", "CLUSTER t USING i", "CALL p()"),
        *("VACUUM", "ANALYZE", "REINDEX SCHEMA s", "CLUSTER", "CREATE INDEX ON t (a)"),
        *("CREATE INDEX CONCURRENTLY ON t (a)", "DROP INDEX CONCURRENTLY i"),
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        *("PREPARE TRANSACTION 'x'", "COMMIT PREPARED 'x'", "ROLLBACK PREPARED 'x'"),
    ],
)
def test_kinds_that_their_names_prove(sql: str) -> None:
    assert kind_concern(_read(sql)) is None


@pytest.mark.parametrize(
    ("sql", "unwatchable", "inserts", "runs_text"),
    [
        ("DO 'x'", "", True, True),
        ("EXECUTE p", "", True, False),
        ("FETCH c", "", True, False),
        ("EXPLAIN EXECUTE p", "", True, True),
        ("COPY t TO '/tmp/x'", "writes a file on the server", False, False),
        ("COPY t FROM '/tmp/x'", "reads a file on the server", False, False),
        ("COPY t TO PROGRAM 'cat'", "runs a program on the server", False, False),
        ("LOAD 'x'", "runs code of a library", True, True),
        ("CREATE TABLE t (id int)", "", False, False),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "", False, False),
        ("CREATE TABLE t AS SELECT 1", "", True, False),
        ("ALTER TABLE t ADD a int", "", True, False),
        ("DROP TABLE t", "", False, False),
        ("DROP INDEX i", "", False, False),
        ("CREATE EXTENSION x", "", True, False),
    ],
)
def test_kinds_that_need_more(sql: str, unwatchable: str, inserts: bool, runs_text: bool) -> None:
    concern = kind_concern(_read(sql))
    assert concern is not None
    assert (concern.unwatchable, concern.inserts) == (unwatchable, inserts)
    assert concern.runs_text is runs_text


def test_a_kind_that_nobody_listed_proves_nothing() -> None:
    concern = kind_concern(Statement("graph", 0, 0, reads=frozenset({Name("", "t")})))
    assert concern is not None
    assert concern.opaque == "what GRAPH touches is not all in its text"


def test_a_call_that_names_no_procedure_is_opaque() -> None:
    concern = kind_concern(Statement("call", 0, 0, opaque="a procedure"))
    assert concern is not None
    assert concern.runs_text


@pytest.mark.parametrize(
    ("sql", "refuses", "quiet"),
    [
        ("VACUUM", True, False),
        ("CREATE INDEX CONCURRENTLY ON t (a)", True, True),
        ("CREATE INDEX ON t (a)", False, True),
        ("CREATE DATABASE d", True, False),
        ("DROP VIEW v", False, True),
        ("ALTER TABLE t ATTACH PARTITION p DEFAULT", False, False),
        ("COPY t TO '/tmp/x'", False, False),
        ("ANALYZE t", False, False),
    ],
)
def test_what_makes_no_rows(sql: str, refuses: bool, quiet: bool) -> None:
    statement = _read(sql)
    assert (refuses_block(statement), is_quiet(statement)) == (refuses, quiet)


@pytest.mark.parametrize(
    ("verb", "runs_text"),
    [("alter table", False), ("drop view", False), ("rename", True), ("create function", True)],
)
def test_a_change_in_a_block_may_bring_code_with_it(verb: str, runs_text: bool) -> None:
    concern = change_concern(Statement(verb, 0, 0, ddl=True))
    assert (concern.runs_text, concern.inserts) == (runs_text, True)


def test_a_block_that_may_wait_is_not_proven() -> None:
    waits = Statement("words", 0, 0, reads=frozenset({Name("", "pg_sleep"), Name("", "a")}))
    concern = waiting_concern(waits)
    assert concern is not None
    assert not concern.inserts
    assert waiting_concern(Statement("words", 0, 0)) is None


def test_a_block_is_no_maintenance() -> None:
    assert not refuses_block(Statement("do", 0, 0, unwatchable="x", ddl=True))


@pytest.mark.parametrize(
    ("sql", "only"),
    [
        ("DROP INDEX CONCURRENTLY i", True),
        ("DROP INDEX i", False),
        ("DROP TABLE t", False),
        ("CREATE INDEX CONCURRENTLY ON t (a)", False),
    ],
)
def test_what_only_drops_an_index(sql: str, only: bool) -> None:
    assert only_drops(_read(sql)) is only
