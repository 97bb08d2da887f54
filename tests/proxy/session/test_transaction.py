"""What a transaction owes is owed until the server is out of it."""

import pytest

from pgtoll.session.transaction import Transaction
from pgtoll_policy.facts import Act
from pgtoll_policy.verdict import Kind, Verdict

CAP, WATCH = Verdict(Kind.CAP, cap=True), Verdict(Kind.WATCH, watch=True)


def test_a_capped_statement_is_owed_a_check_and_a_watched_one_silence_as_well() -> None:
    tx = Transaction()
    tx.owe(Verdict(Kind.ALLOW))
    assert not tx.unsettled
    tx.owe(CAP)
    assert (tx.unsettled, tx.watched) == (True, False)
    tx.owe(WATCH)
    assert tx.watched


def test_what_ran_unread_is_known_until_the_server_is_out_of_the_transaction() -> None:
    tx = Transaction(explicit=True)
    assert not tx.ran_unread
    tx.owe(WATCH)
    tx.apply(Act.ROLLBACK)
    assert tx.ran_unread
    tx.over()
    assert not tx.ran_unread


@pytest.mark.parametrize("act", [Act.COMMIT, Act.PREPARE, Act.ROLLBACK])
def test_an_end_settles_everything(act: Act) -> None:
    tx = Transaction(explicit=True, failed=True)
    tx.owe(WATCH)
    tx.apply(act)
    assert (tx.explicit, tx.failed, tx.unsettled, tx.watched) == (False, False, False, False)


def test_an_end_that_an_error_kept_from_running_settles_nothing() -> None:
    tx = Transaction(explicit=True)
    tx.owe(WATCH)
    tx.apply(Act.COMMIT)
    tx.answered(b"E")
    tx.not_over()
    assert (tx.unsettled, tx.watched) == (True, True)
    tx.over()
    tx.not_over()
    assert (tx.unsettled, tx.watched) == (False, False)


def test_begin_and_rollback_to_are_followed() -> None:
    tx = Transaction(failed=True)
    tx.apply(Act.BEGIN)
    tx.apply(Act.ROLLBACK_TO)
    tx.apply(Act.SAVEPOINT)
    tx.apply(None)
    assert (tx.explicit, tx.failed) == (True, False)


@pytest.mark.parametrize(
    ("status", "explicit", "failed"),
    [(b"I", False, False), (b"T", True, False), (b"E", True, True)],
)
def test_the_servers_word_counts(status: bytes, explicit: bool, failed: bool) -> None:
    tx = Transaction(explicit=None)
    tx.answered(status)
    assert (tx.explicit, tx.failed) == (explicit, failed)


def test_what_nobody_reads_may_have_done_anything() -> None:
    tx = Transaction(failed=True)
    tx.lose_sight()
    assert (tx.explicit, tx.failed) == (None, False)
    tx.unread()
    assert (tx.unsettled, tx.watched) == (True, True)


def test_what_is_fickle_is_checked_but_needs_no_full_account() -> None:
    tx = Transaction()
    tx.owe(Verdict(Kind.ALLOW), fickle=True)
    assert (tx.unsettled, tx.fickle, tx.accounted, tx.fires) == (True, True, False, False)
    tx.owe(Verdict(Kind.ALLOW), fickle=True, defers=True)
    assert tx.fires
    tx.owe(CAP)
    assert tx.accounted
    tx.over()
    assert str(tx) == str(Transaction())
