"""Two readings of one statement, compared."""

import pytest

from pgtoll_policy.agreement import disagreement
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.grammar import parse
from pgtoll_policy.lexer import scan

A = frozenset({Name("", "a")})


def compared(sql: str, *, reads: frozenset[Name] = A, strict: bool = False) -> str:
    """Return the disagreement with a first reading that found these reads only."""
    [parsed] = parse(sql.encode())
    statement = Statement("select", 0, len(sql), reads=reads)
    return disagreement(statement, parsed.root, scan(sql.encode()), strict=strict)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1 FROM a",
        "EXPLAIN SELECT 1 FROM a",
        "EXPLAIN ANALYZE VERBOSE SELECT 1 FROM a",
        "EXPLAIN (COSTS off, FORMAT json) SELECT 1 FROM a",
        "EXPLAIN ((SELECT 1 FROM a))",
        "EXPLAIN (ANALYZE) (SELECT 1 FROM a)",
        "EXPLAIN (COSTS off, FORMAT json) (SELECT 1 FROM a)",
        "PREPARE p AS SELECT 1 FROM a",
        "PREPARE p (numeric(1, 2), int) AS SELECT 1 AS b FROM a",
        "DECLARE c CURSOR FOR SELECT 1 FROM a",
    ],
)
def test_statements_are_compared_inside_their_wrapping(sql: str) -> None:
    assert compared(sql, strict=True) == ""
    assert compared(sql, reads=frozenset()) == ("its readers disagree: touches nothing, or reads a")


def test_both_sets_are_told() -> None:
    assert compared("INSERT INTO t SELECT 1 FROM b") == (
        "its readers disagree: reads a, or reads b and writes t and inserts into t"
    )


@pytest.mark.parametrize("sql", ["LOCK a", "SELECT a <#> b", "EXPLAIN EXECUTE p", "SELECT a ?# b"])
def test_what_is_read_once_counts_only_when_strict(sql: str) -> None:
    assert compared(sql) == ""
    assert compared(sql, strict=True) == "the second reader cannot read it"
    assert compared(sql, reads=frozenset(), strict=True) == ""
