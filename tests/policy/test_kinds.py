"""Every kind of statement that there is has a name, and what is new fails closed."""

import pytest

from pgtoll_policy.facts import Act
from pgtoll_policy.grammar import Node, parse
from pgtoll_policy.kinds import (
    KINDS,
    act_of,
    block_text,
    kind_of,
    settings_of,
    unwatchable,
    verb_of,
)
from pgtoll_policy.libpg_query import FIELDS

# Never the root of what a client sends.
INNER = frozenset({"RawStmt", "ReturnStmt", "PLAssignStmt", "SetOperationStmt"})


def root(sql: str) -> Node:
    [parsed] = parse(sql.encode())
    return parsed.root


def test_every_statement_of_the_grammar_has_a_kind() -> None:
    statements = {kind for kind in FIELDS if kind.endswith("Stmt")}
    assert statements - INNER - KINDS.keys() - {"ReplicaIdentityStmt"} == set()
    assert KINDS.keys() <= FIELDS.keys()


def test_an_unknown_statement_is_opaque() -> None:
    kind = kind_of(Node("TeleportStmt", {}))
    assert (kind.verb, kind.opaque) == ("TeleportStmt", "a statement unknown to pgtoll")
    assert verb_of(Node("TeleportStmt", {})) == "TeleportStmt"
    assert unwatchable(Node("TeleportStmt", {})) == ""


def test_verbs_are_lower_case() -> None:
    verbs = {kind.verb for kind in KINDS.values()}
    assert verbs == {verb.lower() for verb in verbs}


def test_a_kind_is_refined_by_its_node() -> None:
    assert verb_of(root("DROP TABLE t")) == "drop table"
    assert verb_of(root("CREATE OPERATOR @@ (function = f, rightarg = int)")) == "create operator"
    assert verb_of(root("ALTER TABLE t ADD a int")) == "alter table"


def test_settings_are_those_of_the_session() -> None:
    assert settings_of(root("SET A.b = 1")) == ("a.b",)
    assert settings_of(root("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")) == (
        "transaction_read_only",
    )
    assert settings_of(root("RESET ALL")) == settings_of(root("DISCARD ALL")) == ("all",)
    assert settings_of(root("SHOW a")) == settings_of(root("DISCARD PLANS")) == ()


@pytest.mark.parametrize(
    ("sql", "act"),
    [
        ("BEGIN", Act.BEGIN),
        ("START TRANSACTION READ ONLY", Act.BEGIN),
        ("COMMIT AND CHAIN", Act.COMMIT),
        ("END", Act.COMMIT),
        ("ROLLBACK", Act.ROLLBACK),
        ("ABORT", Act.ROLLBACK),
        ("SAVEPOINT s", Act.SAVEPOINT),
        ("RELEASE SAVEPOINT s", Act.RELEASE),
        ("ROLLBACK TO s", Act.ROLLBACK_TO),
        ("PREPARE TRANSACTION 'x'", Act.PREPARE),
        ("COMMIT PREPARED 'x'", None),
        ("ROLLBACK PREPARED 'x'", None),
        ("SELECT 1", None),
    ],
)
def test_what_a_statement_does_to_the_transaction(sql: str, act: Act | None) -> None:
    assert act_of(root(sql)) is act


@pytest.mark.parametrize(
    "sql",
    [
        "VACUUM t",
        "REINDEX DATABASE d",
        "REINDEX SCHEMA s",
        "REINDEX (CONCURRENTLY) TABLE t",
        "CREATE INDEX CONCURRENTLY ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        "CLUSTER",
        "CREATE DATABASE d",
        "DROP DATABASE d",
        "ALTER DATABASE d SET TABLESPACE t",
        "CREATE TABLESPACE t LOCATION '/x'",
        "ALTER SYSTEM SET a = 1",
        "COMMIT PREPARED 'x'",
        "DISCARD ALL",
        "COPY t TO '/tmp/x'",
        "COPY t TO PROGRAM 'x'",
        "COPY t FROM PROGRAM 'x'",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
        "IMPORT FOREIGN SCHEMA s FROM SERVER f INTO p",
        "LOAD 'x'",
    ],
)
def test_what_cannot_have_a_check_behind_it(sql: str) -> None:
    assert unwatchable(root(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "ANALYZE t",
        "SELECT 1",
        "COMMIT",
        "DISCARD PLANS",
        "ALTER TABLE t ADD a int",
        "ALTER DATABASE d ALLOW_CONNECTIONS true",
        "REINDEX TABLE t",
        "CREATE INDEX ON t (a)",
        "CLUSTER t",
        "DROP INDEX i",
        "COPY t FROM '/tmp/x'",
        "COPY t TO STDOUT",
        "ALTER TABLE t DETACH PARTITION p",
        "CALL p()",
    ],
)
def test_what_can_have_a_check_behind_it(sql: str) -> None:
    assert unwatchable(root(sql)) == ""


@pytest.mark.parametrize(
    ("sql", "verb", "ddl"),
    [
        ("VALUES (1)", "select", False),
        ("SELECT 1 INTO t", "select into", False),
        ("EXPLAIN CREATE TABLE t AS SELECT 1", "explain", False),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1", "create materialized view", True),
        ("CREATE TABLE t AS SELECT 1", "create table as", True),
        ("DROP MATERIALIZED VIEW v", "drop materialized view", True),
        ("ALTER INDEX i ATTACH PARTITION j", "alter index", True),
        ("CREATE AGGREGATE a (int) (sfunc = f, stype = int)", "create aggregate", True),
        ("CREATE PROCEDURE p() LANGUAGE sql AS ''", "create procedure", True),
        ("REVOKE SELECT ON t FROM bob", "revoke", True),
        ("GRANT a TO b", "grant role", True),
        ("RESET a", "reset", False),
        ("SET a = 1", "set", False),
        ("FETCH c", "fetch", False),
        ("GRANT SELECT ON t TO bob", "grant", True),
        ("REVOKE a FROM b", "revoke role", True),
        ("CREATE FUNCTION f() RETURNS int RETURN 1", "create function", True),
        ("BEGIN", "begin", False),
        ("MOVE 1 IN c", "move", False),
        ("VACUUM", "vacuum", False),
        ("ANALYZE", "analyze", False),
        ("LOCK t", "lock", False),
        ("TRUNCATE t", "truncate", False),
        ("NOTIFY a", "notify", False),
    ],
)
def test_verbs(sql: str, verb: str, ddl: bool) -> None:
    assert (verb_of(root(sql)), kind_of(root(sql)).ddl) == (verb, ddl)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("SELECT x FROM Pg_Stats", True),
        ("SELECT 1", False),
        ("SELECT FROM pg_stat_activity", False),
    ],
)
def test_a_block_that_reads_statistics_cannot_be_watched(body: str, fault: bool) -> None:
    assert bool(unwatchable(root(f"DO $$ BEGIN {body}; END $$"))) is fault


@pytest.mark.parametrize(
    ("sql", "text"),
    [
        ("DO 'a'", "a"),
        ("DO E'a\\x62'", "ab"),
        ("DO $x$a$x$ LANGUAGE plpgsql", "a"),
        ("DO LANGUAGE PLpgSQL 'a'\n'b'", "ab"),
        ("DO LANGUAGE 'plpgsql' 'a'", "a"),
        ("DO LANGUAGE \"PLpgSQL\" 'a'", None),
        ("DO LANGUAGE sql 'a'", None),
        ("DO LANGUAGE plpgsql", None),
        ("DO 'a' 'b'", None),
        ("DO 'a' LANGUAGE plpgsql LANGUAGE plperl", None),
    ],
)
def test_the_text_of_a_block(sql: str, text: str | None) -> None:
    assert block_text(root(sql)) == text
