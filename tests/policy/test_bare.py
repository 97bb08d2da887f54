"""Only commands for which nothing is evaluated count as such, and what is new does not."""

import pytest

from pgtoll_policy.bare import is_bare, parses_elsewhere
from pgtoll_policy.grammar import Node, parse


def root(sql: str) -> Node:
    [parsed] = parse(sql.encode())
    return parsed.root


@pytest.mark.parametrize(
    "sql",
    [
        *(
            "DROP TABLE t",
            "DROP FUNCTION f(int)",
            "GRANT SELECT ON t TO r",
            "COMMENT ON TABLE t IS 'a'",
        ),
        *("LOCK t", "CREATE TYPE e AS ENUM ('a')", "CREATE TYPE r AS RANGE (subtype = a)"),
        *(
            "ALTER TYPE e ADD VALUE 'b'",
            "ALTER TYPE e RENAME TO f",
            "ALTER FUNCTION f() RENAME TO g",
        ),
        *("ALTER TABLE t OWNER TO r", "ALTER TABLE t SET SCHEMA s", "ALTER ROLE r SET a = 1"),
        "CREATE OPERATOR === (leftarg = int, rightarg = int, function = f)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_commands_for_which_nothing_is_evaluated(sql: str) -> None:
    assert is_bare(root(sql))


@pytest.mark.parametrize(
    "sql",
    [
        *(
            "SELECT 1",
            "INSERT INTO t VALUES (1)",
            "CALL p()",
            "DO 'BEGIN END'",
            "TRUNCATE t",
            "ANALYZE",
        ),
        *("CREATE TABLE t (a int)", "CREATE INDEX ON t (a)", "CREATE SCHEMA s", "COPY t TO STDOUT"),
        *(
            "ALTER TABLE t ADD a int",
            "ALTER TABLE t OWNER TO r, ADD a int",
            "ALTER TYPE t ADD ATTRIBUTE a d",
        ),
        *(
            "ALTER TABLE t RENAME TO u",
            "ALTER TABLE t RENAME a TO b",
            "ALTER TRIGGER a ON t RENAME TO b",
        ),
        *("ALTER DOMAIN d SET NOT NULL", "ALTER DOMAIN d ADD CHECK (f(VALUE))", "REINDEX TABLE t"),
        "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE AGGREGATE a (int) (sfunc = f, stype = d, initcond = '1')",
        "CREATE EXTENSION e",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plperl AS 'BEGIN { 1 } 1'",
    ],
)
def test_for_others_something_may_be_evaluated(sql: str) -> None:
    assert not is_bare(root(sql))


@pytest.mark.parametrize(
    ("sql", "elsewhere"),
    [
        ("SELECT 1", False),
        ("ALTER TABLE t ADD a int, DROP b, ADD CHECK (a > 0), ALTER a SET DEFAULT 1", False),
        ("ALTER TABLE t ADD a int, ALTER b TYPE int", True),
        ("ALTER TABLE t ATTACH PARTITION p DEFAULT", True),
        ("EXECUTE p(1)", True),
        ("FETCH c", True),
        ("CREATE EXTENSION e", True),
    ],
)
def test_what_has_other_texts_parsed(sql: str, elsewhere: bool) -> None:
    assert parses_elsewhere(root(sql)) is elsewhere


def test_an_unknown_statement_may_have_other_texts_parsed() -> None:
    assert parses_elsewhere(Node("TeleportStmt", {}))
