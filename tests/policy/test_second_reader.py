"""What sqlglot makes of a statement."""

import logging

import pytest

from pgtoll_policy.facts import Name
from pgtoll_policy.second_reader import Roles, read_again


def names(text: str) -> set[Name]:
    return {
        Name(schema, name) for schema, _, name in (word.rpartition(".") for word in text.split())
    }


@pytest.mark.parametrize(
    ("sql", "reads", "writes", "inserts"),
    [
        ('SELECT * FROM a , s."B" , f ( 1 ) AS g ORDER BY ( SELECT 1 FROM C )', "a s.B c", "", ""),
        ("( TABLE a ) UNION VALUES ( 1 )", "a", "", ""),
        ("SELECT * INTO n FROM a FOR UPDATE OF x", "a", "n", "n"),
        ("INSERT INTO t ( x ) SELECT 1 FROM a", "a", "t", "t"),
        ("UPDATE t SET x = 1 FROM a", "t a", "t", ""),
        ("DELETE FROM t USING a", "t a", "t", ""),
        ("MERGE INTO t USING a ON TRUE WHEN MATCHED THEN DELETE", "t a", "t", ""),
        ("MERGE INTO t USING a ON TRUE WHEN NOT MATCHED THEN INSERT VALUES ( 1 )", "t a", "t", "t"),
        ("COPY t ( x ) FROM STDIN", "", "t", "t"),
        ("COPY t TO STDOUT", "t", "", ""),
        ("COPY ( TABLE a ) TO STDOUT", "a", "", ""),
        ("TRUNCATE a , b", "", "a b", ""),
        ("CREATE TABLE n AS SELECT 1 FROM a", "a", "n", "n"),
        ("CREATE VIEW v AS SELECT 1 FROM a", "a", "", ""),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1 FROM a", "a", "v", "v"),
        ("WITH a AS ( SELECT 1 FROM a ) SELECT 1 FROM a", "a", "", ""),
        ("WITH RECURSIVE a AS ( SELECT 1 FROM a ) SELECT 1 FROM a", "", "", ""),
        ("WITH a AS ( SELECT 1 ) DELETE FROM a", "a", "a", ""),
        ("WITH a AS ( SELECT 1 ) SELECT 1 FROM s.a", "s.a", "", ""),
    ],
)
def test_roles(sql: str, reads: str, writes: str, inserts: str) -> None:
    assert read_again(sql) == Roles(names(reads), names(writes), names(inserts))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT FROM FROM",
        "EXPLAIN SELECT 1",
        "CLUSTER secret",
        "BEGIN",
        "CREATE TABLE t ( a int )",
        "SELECT 1 ; SELECT 2",
        "",
        "SELECT " + "( " * 600 + "1" + " )" * 600,
    ],
)
def test_what_it_does_not_type_is_nothing(sql: str) -> None:
    assert read_again(sql) is None


def test_it_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert read_again("PREPARE p AS SELECT 1") is None
    assert caplog.records == []
