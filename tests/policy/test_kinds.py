"""Every kind of statement that there is has a name, and what is new fails closed."""

import pytest

from pgtoll_policy.facts import Act
from pgtoll_policy.grammar import Node, parse
from pgtoll_policy.kinds import (
    CONCURRENTLY,
    KINDS,
    NO_BLOCK,
    act_of,
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


@pytest.mark.parametrize(
    ("sql", "verb"),
    [
        ("BEGIN", "begin"),
        ("SELECT 1 INTO t", "select into"),
        ("SELECT 1", "select"),
        ("SET a = 1", "set"),
        ("RESET ALL", "reset"),
        ("FETCH c", "fetch"),
        ("MOVE c", "move"),
        ("VACUUM", "vacuum"),
        ("ANALYZE", "analyze"),
        ("GRANT a TO b", "grant role"),
        ("REVOKE a FROM b", "revoke role"),
        ("GRANT SELECT ON t TO b", "grant"),
        ("REVOKE SELECT ON t FROM b", "revoke"),
        ("CREATE FUNCTION f() RETURNS int RETURN 1", "create function"),
        ("CREATE PROCEDURE f() BEGIN ATOMIC END", "create procedure"),
        ("CREATE TABLE t AS SELECT 1", "create table as"),
        ("CREATE MATERIALIZED VIEW t AS SELECT 1", "create materialized view"),
    ],
)
def test_one_node_may_have_several_verbs(sql: str, verb: str) -> None:
    assert verb_of(root(sql)) == verb


def test_transactions_have_acts() -> None:
    assert act_of(root("COMMIT")) is Act.COMMIT
    assert act_of(root("SELECT 1")) is None


def test_settings_are_those_of_the_session() -> None:
    assert settings_of(root("SET A.b = 1")) == ("a.b",)
    assert settings_of(root("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")) == (
        "transaction_read_only",
    )
    assert settings_of(root("RESET ALL")) == settings_of(root("DISCARD ALL")) == ("all",)
    assert settings_of(root("SHOW a")) == settings_of(root("DISCARD PLANS")) == ()


def test_who_refuses_a_transaction_block_is_unwatchable() -> None:
    no_block = ["VACUUM", "CLUSTER", "REINDEX SCHEMA s", "DISCARD ALL", "COMMIT PREPARED 'x'"]
    no_block += ["ALTER DATABASE d SET TABLESPACE t"]
    assert {unwatchable(root(sql)) for sql in no_block} == {NO_BLOCK}
    concurrently = ["REINDEX (CONCURRENTLY) INDEX i", "DROP INDEX CONCURRENTLY i"]
    concurrently += ["ALTER TABLE t DETACH PARTITION p CONCURRENTLY"]
    concurrently += ["CREATE INDEX CONCURRENTLY ON t (a)"]
    assert {unwatchable(root(sql)) for sql in concurrently} == {CONCURRENTLY}
    usual = ["SELECT 1", "ANALYZE", "CLUSTER t", "REINDEX INDEX i", "DISCARD PLANS", "COMMIT"]
    usual += ["DROP INDEX i", "ALTER TABLE t DETACH PARTITION p", "ALTER TABLE t ADD a int"]
    usual += ["ALTER DATABASE d ALLOW_CONNECTIONS true", "CREATE INDEX ON t (a)"]
    assert {unwatchable(root(sql)) for sql in usual} == {""}


def test_copies_outside_the_connection_are_unwatchable_but_for_reading_a_file() -> None:
    assert unwatchable(root("COPY t TO PROGRAM 'x'")) == "runs a program on the server"
    assert unwatchable(root("COPY t TO 'x'")) == "writes a file on the server"
    assert unwatchable(root("COPY t FROM 'x'")) == unwatchable(root("COPY t TO STDOUT")) == ""
