"""Sessions of several processes, counted in memory that they share."""

import multiprocessing

from pgtoll.entrance import counting
from pgtoll.entrance.counting import SESSIONS, Board, Counts, Register


def entered(register: Register, user: str = "bob", address: str = "10.0.0.7") -> int:
    slot = register.enter(address)
    assert slot is not None
    register.name(slot, user)
    return slot


def test_sessions_are_counted_by_user_and_by_address() -> None:
    register = Register(Board(1), 0)
    entered(register)
    entered(register, "alice")
    entered(register, "bob", "10.0.0.8")
    assert register.count("bob", "10.0.0.7") == Counts(3, 2, 2)
    assert register.count("bob", "10.0.0.9") == Counts(3, 2, 0)
    assert register.count("10.0.0.7", "bob") == Counts(3, 0, 0)


def test_who_leaves_counts_no_more_and_makes_room() -> None:
    register = Register(Board(1), 0)
    slots = [entered(register) for _ in range(3)]
    register.leave(slots[1])
    assert register.count("bob", "10.0.0.7") == Counts(2, 2, 2)
    assert entered(register, "alice") == slots[1]
    assert register.count("alice", "10.0.0.7") == Counts(3, 1, 3)


def test_a_session_is_nobodys_until_it_has_a_name() -> None:
    register = Register(Board(1), 0)
    slot = register.enter("10.0.0.7")
    assert slot is not None
    assert register.count("bob", "10.0.0.7") == Counts(1, 0, 1)
    register.name(slot, "bob")
    assert register.count("bob", "10.0.0.7") == Counts(1, 1, 1)


def test_all_processes_count() -> None:
    board = Board(2)
    one, other = Register(board, 0), Register(board, 1)
    for register in (one, one, other):
        entered(register)
    assert one.count("bob", "10.0.0.7") == other.count("bob", "10.0.0.7") == Counts(3, 3, 3)


def test_the_sessions_of_a_process_that_is_replaced_are_over() -> None:
    board = Board(2)
    one, other = Register(board, 0), Register(board, 1)
    entered(one)
    entered(other)
    assert Register(board, 1).count("bob", "10.0.0.7") == Counts(1, 1, 1)


def test_a_process_that_is_full_takes_nobody() -> None:
    register = Register(Board(1), 0)
    for _ in range(SESSIONS):
        entered(register)
    assert register.enter("") is None
    register.leave(7)
    assert register.enter("") == 7


def test_names_of_any_bytes_are_counted() -> None:
    register = Register(Board(1), 0)
    entered(register, b"m\xfcller".decode("utf-8", "surrogateescape"), "")
    assert register.count("m\udcfcller", "") == Counts(1, 1, 1)


def test_the_board_reaches_a_process_that_is_started_anew() -> None:
    board = Board(2)
    process = multiprocessing.get_context("spawn").Process(target=come_in, args=(board,))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert Register(board, 0).count("bob", "10.0.0.7") == Counts(5, 5, 5)


def come_in(board: counting.Board) -> None:
    register = Register(board, 1)
    for _ in range(5):
        entered(register)
