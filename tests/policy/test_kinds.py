"""Every kind of statement that there is has a name, and what is new fails closed."""

from pgtoll_policy.facts import Act
from pgtoll_policy.grammar import Node, parse
from pgtoll_policy.kinds import KINDS, act_of, kind_of, settings_of, unwatchable, verb_of
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


def test_transactions_have_acts() -> None:
    assert act_of(root("COMMIT")) is Act.COMMIT
    assert act_of(root("SELECT 1")) is None


def test_settings_are_those_of_the_session() -> None:
    assert settings_of(root("SET A.b = 1")) == ("a.b",)
    assert settings_of(root("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")) == (
        "transaction_read_only",
    )
    assert settings_of(root("SHOW a")) == ()


def test_who_refuses_a_transaction_block_is_unwatchable() -> None:
    assert unwatchable(root("VACUUM")) == "refuses to run inside a transaction block"
    assert unwatchable(root("COPY t TO PROGRAM 'x'")) == "runs a program on the server"
    assert unwatchable(root("SELECT 1")) == ""
