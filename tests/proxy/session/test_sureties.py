"""What reading has proven of a transaction, as numbers that the database is told."""

import pytest

from pgtoll.session.effects import Ruling
from pgtoll.session.sureties import CURSORS, Sureties
from pgtoll.session.transaction import Transaction
from pgtoll_policy.facts import Statement
from pgtoll_policy.verdict import Kind, Verdict

ALLOWED = Verdict(Kind.ALLOW)


def ruling(
    verb: str, *fills: int, moves: tuple[int, ...] = (), holds: bool = False, ddl: bool = False
) -> Ruling:
    statement = Statement(verb, 0, 0, holds=holds, ddl=ddl)
    return Ruling(statement, ALLOWED, fills=frozenset(fills), moves=frozenset(moves))


HOLDS = ruling("declare cursor", holds=True)
MOVES = ruling("update", moves=(17000, 16500))


def noted(*rulings: Ruling) -> Sureties:
    sureties = Sureties()
    for one in rulings:
        sureties.note(one)
    return sureties


def test_nothing_is_told_of_most_transactions() -> None:
    assert noted().numbers == noted(ruling("insert", 16500)).numbers == ()


def test_cursors_and_tables_in_which_rows_only_move() -> None:
    assert noted(HOLDS).numbers == (CURSORS,)
    assert noted(MOVES, HOLDS).numbers == (CURSORS, -16500, -17000)


def test_a_table_that_may_get_new_rows_is_none_of_them() -> None:
    assert noted(ruling("insert", 16500), MOVES).numbers == (-17000,)
    assert noted(MOVES, ruling("merge", 16500, 17000)).numbers == ()


@pytest.mark.parametrize(
    "doubtful",
    [
        HOLDS._replace(opaque=True),
        MOVES._replace(fills=None),
        ruling("create table", ddl=True),
        Ruling(Statement("select", 0, 0), ALLOWED),
    ],
)
def test_one_doubt_is_one_too_many(doubtful: Ruling) -> None:
    assert noted(MOVES, doubtful, HOLDS).numbers == ()


def test_a_cursor_was_noted_when_it_was_opened() -> None:
    assert noted(HOLDS, Ruling(Statement("fetch", 0, 0), ALLOWED, opaque=True)).numbers == (-1,)


def test_an_oid_that_is_no_integer_of_theirs_is_not_told() -> None:
    assert noted(ruling("update", moves=(1 << 31, 16500))).numbers == (-16500,)


def test_a_transaction_that_nobody_has_read_is_doubted_until_it_is_over() -> None:
    tx = Transaction()
    for lose in (tx.unread, tx.lose_sight):
        lose()
        tx.sureties.note(HOLDS)
        assert not tx.sureties.numbers
        tx.over()
        tx.sureties.note(HOLDS)
        tx.not_over()
        assert tx.sureties.numbers
        tx.over()
        assert not tx.sureties.numbers
