"""Statements end where psql would end them."""

import pytest
from attacks.statements import split_statements

WHOLE = [
    "SELECT ';'",
    "SELECT E'\\';'",
    'SELECT 1 AS ";"',
    "SELECT $$ ; $$, $a$ $$ ; $a$",
    "SELECT 1 -- ; no end",
    "SELECT /* ; /* ; */ ; */ 1",
    "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE 1 WHEN 1 THEN 2 END; END",
    "DO 'BEGIN; END'",
]


@pytest.mark.parametrize("statement", WHOLE)
def test_a_semicolon_inside_something_ends_nothing(statement: str) -> None:
    assert split_statements(f"{statement}\n;SELECT 2;") == [statement, "SELECT 2"]


def test_a_transaction_begins_and_ends_by_statements_of_their_own() -> None:
    assert split_statements("BEGIN; SELECT 1; END;") == ["BEGIN", "SELECT 1", "END"]


def test_nothing_is_no_statement() -> None:
    assert split_statements(";; -- nothing\n ;") == []
