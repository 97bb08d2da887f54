"""The text of a simple Query keeps its statements in place, and gets checks where they belong."""

import pytest
from peers import ScriptedJudge

from pgtoll.session.replies import StepKind
from pgtoll.session.rewrite import Rewriter, Rewritten, doomed, new_token
from pgtoll.session.transaction import Transaction

INSERT = b"INSERT INTO t SELECT generate_series(1, 1)"
FIRE = b"SET CONSTRAINTS ALL IMMEDIATE"


def rewritten(
    sql: bytes,
    state: Transaction | None = None,
    *,
    lacks: bool = False,
    owed: bool = False,
    guarded: bool = False,
    before: bytes = b"",
) -> Rewritten:
    judge = ScriptedJudge(demo=not lacks, lacks=lacks)
    rewriter = Rewriter(
        sql,
        Transaction() if state is None else state,
        lambda final: b"FINAL" if final else b"CHECK",
        before_watch=lambda: before,
        owed=owed,
        guarded=guarded,
    )
    return rewriter.write(judge.rule(sql, "") or ())


def kinds(done: Rewritten) -> list[str]:
    return [step.kind.name for step in done.steps]


def block(*, failed: bool = False) -> Transaction:
    return Transaction(explicit=True, failed=failed)


def owing(explicit: bool | None) -> Transaction:
    state = Transaction(explicit=explicit)
    state.unread()
    state.watched = False
    return state


def test_outside_a_block_the_final_check_stands_behind_the_text() -> None:
    done = rewritten(INSERT)
    assert bytes(done.text) == INSERT + b"\n;" + FIRE + b"\n;FINAL"
    assert kinds(done) == ["CAPPED", "FIRING", "CHECK"]


def test_inside_a_block_a_check_without_locks_stands_behind_it() -> None:
    done = rewritten(INSERT, block())
    assert bytes(done.text) == INSERT + b"\n;CHECK"


def test_a_line_comment_at_the_end_cannot_swallow_the_check() -> None:
    done = rewritten(INSERT + b" -- no more")
    assert bytes(done.text).splitlines()[1:] == [b";" + FIRE, b";FINAL"]


@pytest.mark.parametrize(
    ("state", "before"), [(block(), b"FIRST;"), (block(failed=True), b""), (Transaction(), b"")]
)
def test_what_goes_first_in_a_block_stands_before_its_statement(
    state: Transaction, before: bytes
) -> None:
    (ruling,) = ScriptedJudge(demo=True).rule(b"SELECT 1", "") or ()
    rewriter = Rewriter(b"SELECT 1", state, lambda final: b"CHECK", before_watch=lambda: b"")
    done = rewriter.write([ruling._replace(first=b"FIRST")])
    assert bytes(done.text) == before + b"SELECT 1"
    assert kinds(done) == (["HIDDEN"] if before else []) + ["CLIENT"]


def test_before_a_commit_the_transaction_is_settled() -> None:
    done = rewritten(b"BEGIN; " + INSERT + b"; COMMIT")
    assert bytes(done.text) == b"BEGIN; " + INSERT + b"; " + FIRE + b";FINAL;COMMIT"
    assert [step.ends_transaction for step in done.steps] == [False, False, True, True, False]


def test_what_an_older_message_owes_is_settled_before_a_commit() -> None:
    assert bytes(rewritten(b"COMMIT", owing(True)).text) == FIRE + b";FINAL;COMMIT"


def test_a_rollback_owes_nothing() -> None:
    assert bytes(rewritten(b"ROLLBACK", owing(True)).text) == b"ROLLBACK"


def test_in_a_failed_block_nothing_is_checked() -> None:
    assert bytes(rewritten(INSERT, block(failed=True)).text) == INSERT


def test_going_back_to_a_savepoint_ends_the_failure() -> None:
    state = block(failed=True)
    assert bytes(rewritten(b"ROLLBACK TO s; " + INSERT, state).text).endswith(b"\n;CHECK")


def test_when_the_block_is_not_known_the_check_is_final() -> None:
    assert bytes(rewritten(b"SELECT generate_series(1, 1)", owing(None)).text).endswith(b"FINAL")


def test_a_watched_statement_is_checked_before_the_next_one() -> None:
    done = rewritten(b"SELECT look(); SELECT generate_series(1, 1)", lacks=True)
    assert bytes(done.text).startswith(b"SELECT look(); CHECK;SELECT generate_series")
    assert kinds(done) == ["WATCHED", "CHECK", "CLIENT", "FIRED", "CHECK"]


def test_a_watched_statement_is_checked_before_a_begin_makes_it_part_of_a_block() -> None:
    done = rewritten(b"SELECT look(); BEGIN", lacks=True, guarded=True)
    assert bytes(done.text) == b"SELECT look(); CHECK;BEGIN"


def test_a_check_in_a_block_is_guarded_where_execute_may_end_the_block() -> None:
    done = rewritten(INSERT, block(), guarded=True)
    guard = b"\n;SAVEPOINT pgtoll\n;RELEASE SAVEPOINT pgtoll"
    assert bytes(done.text) == INSERT + b"\n;CHECK" + guard
    assert kinds(done) == ["CAPPED", "CHECK", "HIDDEN", "HIDDEN"]


def test_a_statement_in_front_of_the_text_is_checked_with_it() -> None:
    done = rewritten(b"SELECT generate_series(1, 1)", owing(True), owed=True)
    assert bytes(done.text).endswith(b"\n;CHECK")
    assert bytes(rewritten(b"SELECT generate_series(1, 1)", owing(True)).text).endswith(b")")


def test_a_refused_statement_is_replaced_by_one_that_fails() -> None:
    done = rewritten(b"SELECT generate_series(1, 1); TABLE secret; BEGIN", lacks=True)
    ((token, ruling),) = done.refusals
    assert bytes(done.text) == (b"SELECT generate_series(1, 1); " + doomed(token) + b"; BEGIN")
    assert ruling.verdict.message == "refused"
    assert kinds(done) == ["CLIENT", "CLIENT", "CLIENT"]


def test_errors_know_how_far_their_text_was_moved() -> None:
    done = rewritten(b"SELECT look(); SELECT fail()", lacks=True)
    assert [step.shift for step in done.steps if step.kind is StepKind.WATCHED] == [0, 6]


@pytest.mark.parametrize("text", [FIRE, *rewritten(INSERT, block(), guarded=True).text.split(b";")])
def test_what_is_added_holds_no_quote_and_no_dollar(text: bytes) -> None:
    assert not set(text) & set(b"'\"$")


def test_a_token_cannot_be_guessed() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) > 40


def test_counts_are_noted_before_what_runs_unread_and_before_its_triggers() -> None:
    done = rewritten(b"CALL fill()", lacks=True, before=b"NOTE")
    assert done.text == b"NOTE;CALL fill()\n;NOTE\n;SET CONSTRAINTS ALL IMMEDIATE\n;FINAL"
    assert kinds(done) == ["MEASURED", "WATCHED", "MEASURED", "FIRED", "CHECK"]
    assert [step.shift for step in done.steps[:2]] == [0, len(b"NOTE;")]


# Fickle statements


def fickle(sql: bytes, state: Transaction | None = None) -> Rewritten:
    judge = ScriptedJudge(lacks=True, fickle=True)
    rewriter = Rewriter(
        sql,
        Transaction() if state is None else state,
        lambda final: b"FINAL" if final else b"CHECK",
        before_watch=lambda: b"",
    )
    return rewriter.write(judge.rule(sql, "") or ())


SERIES = b"SELECT generate_series(1, 1)"


def test_behind_a_fickle_statement_stands_one_check_for_all() -> None:
    done = fickle(SERIES + b"; " + SERIES)
    assert done.text == SERIES + b"; " + SERIES + b"\n;FINAL"
    assert [step.fickle for step in done.steps] == [True, True, False]


def test_what_it_defers_is_fired_before() -> None:
    done = fickle(b"INSERT INTO later VALUES (1)")
    assert done.text.endswith(b"\n;" + FIRE + b"\n;FINAL")
    assert [step.fickle for step in done.steps] == [True, True, False]


@pytest.mark.parametrize("end", [b"ROLLBACK", b"ROLLBACK TO s", b"COPY t FROM STDIN"])
def test_it_is_checked_before_it_is_undone_and_before_data_is_asked_for(end: bytes) -> None:
    done = fickle(b"BEGIN; " + SERIES + b"; " + end)
    assert done.text.startswith(b"BEGIN; " + SERIES + b"; CHECK;" + end)


def test_what_means_the_same_whatever_happens_has_no_check() -> None:
    assert fickle(b"SET standard_conforming_strings = on").text.endswith(b"on")
