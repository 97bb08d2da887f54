"""Whose reply comes next, what is held back, and what becomes of errors."""

import pytest
from peers import refusal

from pgtoll.session import replies as replies_module
from pgtoll.session.replies import NOTHING, Outcome, Replies, Step, StepKind, shifted
from pgtoll.wire.messages import error_response, message, notice_response, read_fields
from pgtoll.wire.splitter import OPAQUE, REST
from pgtoll_policy.facts import Statement
from pgtoll_policy.verdict import Verdict

PROOF = b"4711"
COMPLETE = message(b"C", b"INSERT 0 1\0")
NOTICE = notice_response({"C": "00000", "M": "loud"})
ERROR = error_response({"C": "22012", "M": "division by zero", "P": "20"})


def row(first: bytes, *more: bytes) -> bytes:
    fields = b"".join(len(v).to_bytes(4, "big") + v for v in (first, *more))
    return message(b"D", (1 + len(more)).to_bytes(2, "big") + fields)


PASSED, ALTERED = row(b"f", PROOF), row(b"t", PROOF)


def replies(*kinds: StepKind, limit: int = 1000) -> Replies:
    made = Replies(watch_limit=limit, proof=PROOF, refuse=_refuse)
    for kind in kinds:
        made.add(kind)
    return made


def _refuse(error: bytes) -> Verdict | None:
    return refusal("full") if read_fields(error)["C"] == b"TOLL1" else None


def take(made: Replies, data: bytes) -> Outcome:
    kind = OPAQUE if data[:1] == b"D" else data[0]
    return made.take(kind, data, lambda error, step: refusal("withheld"))


def test_a_clients_reply_passes_and_ends_its_step() -> None:
    made = replies(StepKind.CLIENT, StepKind.SYNC)
    assert take(made, COMPLETE).out == COMPLETE
    assert made.ready() is StepKind.SYNC


def test_nothing_of_ours_is_shown() -> None:
    made = replies(StepKind.HIDDEN)
    assert take(made, NOTICE).out == b""
    assert take(made, PASSED).out == b""
    assert take(made, message(b"2", b"")).out == b""
    assert not made.steps


def test_notices_of_deferred_triggers_pass_unless_they_were_fired_unread() -> None:
    made = replies(StepKind.FIRING)
    assert take(made, NOTICE).out == NOTICE
    made = replies(StepKind.FIRED)
    assert take(made, NOTICE).out == b""


def test_parameters_and_notifications_pass_between_our_own_replies() -> None:
    made = replies(StepKind.HIDDEN)
    status = message(b"S", b"a\0b\0")
    assert take(made, status).out == status


def test_a_capped_statements_rows_pass_and_its_completion_waits_for_the_check() -> None:
    made = replies(StepKind.CAPPED, StepKind.CHECK)
    assert take(made, row(b"1")).out == row(b"1")
    assert take(made, COMPLETE).out == b""
    assert take(made, PASSED).out == b""
    assert take(made, COMPLETE) == Outcome(COMPLETE)


def test_a_procedure_is_told_why_it_may_not_commit() -> None:
    made = replies(StepKind.CAPPED, StepKind.CHECK, StepKind.SYNC)
    fields = read_fields(take(made, error_response({"C": "2D000", "M": "invalid"})).out)
    assert fields["M"] == b"invalid"
    assert b"demo mode" in fields["D"]
    assert b"licensed" in fields["H"]
    client = replies(StepKind.CLIENT, StepKind.SYNC)
    assert "H" not in read_fields(take(client, error_response({"C": "2D000", "M": "x"})).out)


def test_what_follows_a_held_completion_waits_behind_it() -> None:
    made = replies(StepKind.CAPPED)
    take(made, COMPLETE)
    assert made.active
    assert take(made, message(b"1", b"")).out == b""
    assert made.release() == COMPLETE + message(b"1", b"")


def test_much_behind_a_held_completion_flows_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies_module, "CAP_HELD_BYTES", 20)
    made = replies(StepKind.CAPPED, StepKind.CLIENT)
    take(made, COMPLETE)
    assert take(made, row(b"1")).out == COMPLETE + row(b"1")


def test_nothing_of_a_watched_statement_passes_before_its_check() -> None:
    made = replies(StepKind.WATCHED, StepKind.CHECK)
    for data in (NOTICE, row(b"1"), COMPLETE, PASSED):
        assert take(made, data).out == b""
    assert take(made, COMPLETE).out == NOTICE + row(b"1") + COMPLETE


def test_a_watched_copy_may_begin() -> None:
    made = replies(StepKind.WATCHED)
    begin = message(b"G", b"\0\0\0")
    assert take(made, begin).out == begin


def test_a_watched_bind_shows_that_it_was_understood() -> None:
    made = replies(StepKind.BOUND)
    assert take(made, message(b"2", b"")).out == message(b"2", b"")
    made = replies(StepKind.BOUND)
    assert take(made, NOTICE).out == b""


def test_a_text_of_unknown_grammar_says_nothing_but_what_is_wrong_with_it() -> None:
    made = replies(StepKind.REJECTED)
    assert take(made, NOTICE).out == b""
    outcome = made.take(ord("E"), ERROR, lambda error, step: None)
    assert outcome.out == ERROR


def test_too_much_held_of_a_watched_statement_loses_the_session() -> None:
    made = replies(StepKind.WATCHED, limit=30)
    assert not take(made, row(b"1")).lost
    assert take(made, row(b"x" * 20)).lost


@pytest.mark.parametrize("forged", [row(b"f", b"4712"), row(b"1")])
def test_a_check_without_its_own_row_loses_the_session(forged: bytes) -> None:
    made = replies(StepKind.WATCHED, StepKind.CHECK)
    take(made, COMPLETE)
    take(made, forged)
    assert take(made, COMPLETE) == Outcome(lost=True)


def test_a_check_tells_that_the_catalog_was_written() -> None:
    made = replies(StepKind.CHECK)
    take(made, ALTERED)
    assert take(made, COMPLETE).altered


def test_the_row_of_a_check_may_come_in_pieces() -> None:
    made = replies(StepKind.CHECK)
    for at in range(len(PASSED)):
        made.take(OPAQUE, PASSED[at : at + 1], lambda error, step: None)
    assert not take(made, COMPLETE).lost


def test_what_is_said_while_a_check_runs_is_not_for_the_client() -> None:
    made = replies(StepKind.CHECK)
    assert take(made, NOTICE).out == b""
    take(made, PASSED)
    assert not take(made, COMPLETE).lost


def test_a_ready_for_query_in_place_of_a_step_is_a_fault() -> None:
    assert replies(StepKind.CLIENT).ready() is None
    made = replies(StepKind.WATCHED, StepKind.SYNC)
    take(made, COMPLETE)
    assert made.ready() is None
    assert replies().ready() is StepKind.SYNC


def test_an_error_ends_every_step_up_to_the_sync() -> None:
    made = replies(StepKind.CLIENT, StepKind.HIDDEN, StepKind.CHECK, StepKind.SYNC)
    assert take(made, ERROR) == Outcome(ERROR)
    assert [step.kind for step in made.steps] == [StepKind.SYNC]


def test_a_failing_check_becomes_the_refusal_and_what_was_held_is_gone() -> None:
    made = replies(StepKind.CAPPED, StepKind.CHECK, StepKind.SYNC)
    take(made, COMPLETE)
    outcome = take(made, error_response({"C": "TOLL1", "M": "cap"}))
    assert outcome.refused is not None
    assert outcome.out == made.release() == b""


def test_another_error_of_our_own_statement_passes_without_our_text() -> None:
    made = replies(StepKind.HIDDEN)
    ours = error_response({"C": "40001", "M": "serialize", "P": "7", "W": "witness", "q": "SELECT"})
    assert read_fields(take(made, ours).out).keys() == {"S", "V", "C", "M"}


def test_a_check_before_a_commit_leaves_a_block_to_be_ended() -> None:
    made = replies()
    made.add(StepKind.CHECK, ends_transaction=True)
    assert take(made, error_response({"C": "TOLL1", "M": "cap"})).roll_back


@pytest.mark.parametrize(
    "kind", [StepKind.WATCHED, StepKind.BOUND, StepKind.FIRED, StepKind.REJECTED]
)
def test_an_error_of_what_nobody_read_is_withheld(kind: StepKind) -> None:
    outcome = take(replies(kind), ERROR)
    assert outcome.out == b""
    assert outcome.refused == refusal("withheld")


def test_what_was_held_before_a_watched_statement_is_shown_when_that_fails() -> None:
    made = replies(StepKind.CAPPED, StepKind.WATCHED)
    take(made, COMPLETE)
    take(made, NOTICE)
    assert take(made, ERROR).out == COMPLETE


def test_an_error_that_holds_no_value_passes_from_a_watched_statement() -> None:
    made = replies()
    made.steps.append(Step(StepKind.WATCHED, 5))
    outcome = made.take(ord("E"), ERROR, lambda error, step: None)
    assert read_fields(outcome.out)["P"] == b"15"
    assert outcome.refused is None


def test_a_round_that_is_all_ours_fails_silently() -> None:
    made = replies(StepKind.HIDDEN, StepKind.MUTE)
    assert not made.shown
    assert take(made, ERROR) == NOTHING
    assert made.ready() is StepKind.MUTE


def test_the_rest_of_an_oversized_error_follows_its_head_or_is_dropped_with_it() -> None:
    made = replies(StepKind.CLIENT)
    assert made.take(-ord("E"), ERROR, lambda error, step: None).out == ERROR
    assert made.take(REST, b"rest", lambda error, step: None).out == b"rest"
    made = replies(StepKind.WATCHED)
    assert made.take(-ord("E"), ERROR, lambda error, step: refusal()).out == b""
    assert made.take(REST, b"rest", lambda error, step: None) == NOTHING


def test_a_round_is_followed_from_what_is_not_answered_yet() -> None:
    made = replies()
    assert not made.active
    made.follow(2)
    assert [step.kind for step in made.steps] == [StepKind.CLIENT] * 2
    made = replies()
    made.follow(0)
    assert made.active
    made.ready()
    assert not made.active


def test_positions_are_those_of_the_clients_own_text() -> None:
    assert read_fields(shifted(ERROR, 5))["P"] == b"15"
    assert read_fields(shifted(ERROR, 100))["P"] == b"1"
    assert shifted(ERROR, 0) == ERROR
    odd = error_response({"C": "22012", "P": "x"})
    assert shifted(odd, 5) == odd
    assert Step(StepKind.CLIENT).shift == 0


def test_a_simple_query_has_other_ends() -> None:
    made = replies(StepKind.HIDDEN, StepKind.SYNC)
    made.begin_query()
    take(made, message(b"T", b""))
    assert len(made.steps) == 2
    take(made, COMPLETE)
    assert made.ready() is StepKind.SYNC


# Fickle statements


def fickle(*kinds: StepKind, behind: tuple[StepKind, ...] = (), limit: int = 1000) -> Replies:
    made = Replies(watch_limit=limit, proof=PROOF, refuse=_refuse)
    for kind in kinds:
        made.add(kind, fickle=True)
    for kind in behind:
        made.add(kind)
    return made


def asks_first(made: Replies, data: bytes) -> bool:
    return made.asks_first(data[0], data)


READY = message(b"Z", b"I")


def test_a_fickle_statements_replies_wait_for_the_check_behind_it() -> None:
    made = fickle(StepKind.CLIENT, behind=(StepKind.CHECK, StepKind.SYNC))
    assert [take(made, one).out for one in (NOTICE, row(b"1"), COMPLETE)] == [b""] * 3
    assert take(made, PASSED).out == b""
    assert take(made, COMPLETE).out == NOTICE + row(b"1") + COMPLETE
    assert not asks_first(made, READY)
    assert made.ready() is StepKind.SYNC


def test_much_of_it_goes_once_it_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies_module, "FICKLE_HELD_BYTES", 20)
    made = fickle(StepKind.CLIENT)
    made.answer(confirmed=True, first=False)  # which begins with what is set now
    take(made, row(b"1"))
    assert not made.asks
    take(made, row(b"2" * 40))
    assert made.asks
    assert made.answer(confirmed=True, first=False) == row(b"1") + row(b"2" * 40)
    take(made, row(b"3"))
    assert not made.asks, "the next time, more is asked for at once"
    assert asks_first(made, ERROR), "what was confirmed came before this"


def test_what_is_not_confirmed_is_held_as_of_a_watched_statement() -> None:
    made = fickle(StepKind.CLIENT, limit=50)
    take(made, row(b"1"))
    assert made.answer(confirmed=False, first=False) == b""
    assert not made.asks
    assert not take(made, row(b"2")).lost
    assert take(made, row(b"3" * 50)).lost


def test_an_error_of_it_passes_only_if_it_is_confirmed() -> None:
    made = fickle(StepKind.CLIENT, behind=(StepKind.SYNC,))
    take(made, NOTICE)
    assert asks_first(made, ERROR)
    assert made.answer(confirmed=True, first=True) == NOTICE
    assert not asks_first(made, ERROR)
    assert take(made, ERROR).out == ERROR


def test_an_error_that_is_not_confirmed_is_withheld_with_all_before_it() -> None:
    made = fickle(StepKind.CLIENT, behind=(StepKind.SYNC,))
    take(made, NOTICE)
    assert made.answer(confirmed=False, first=True) == b""
    outcome = take(made, ERROR)
    assert outcome.out == b""
    assert outcome.refused == refusal("withheld")
    assert made.ready() is StepKind.SYNC


def test_so_is_one_of_its_deferred_triggers() -> None:
    made = fickle(StepKind.FIRING, behind=(StepKind.SYNC,))
    assert asks_first(made, ERROR)
    made.answer(confirmed=False, first=True)
    assert take(made, ERROR).refused == refusal("withheld")


def test_an_error_of_the_check_itself_is_asked_of_nobody() -> None:
    made = fickle(StepKind.CLIENT, behind=(StepKind.CHECK, StepKind.SYNC))
    take(made, COMPLETE)
    full = error_response({"C": "TOLL1", "M": "cap"})
    assert not asks_first(made, full)
    assert take(made, full).refused == refusal("full")
    assert made.release() == b""


def test_a_round_that_ends_without_a_check_has_to_be_confirmed() -> None:
    made = fickle(StepKind.CLIENT, behind=(StepKind.SYNC,))
    take(made, COMPLETE)
    assert asks_first(made, READY)
    assert made.answer(confirmed=True, first=True) == COMPLETE
    assert not asks_first(made, READY)


def test_what_ends_the_session_passes_without_what_was_held() -> None:
    made = fickle(StepKind.CLIENT, behind=(StepKind.SYNC,))
    take(made, row(b"1"))
    fatal = error_response({"C": "57P01", "M": "shutting down", "F": "postgres.c"}, "FATAL")
    assert not asks_first(made, fatal)
    assert take(made, fatal).out == fatal


@pytest.mark.parametrize("fields", [{"F": "pl_exec.c"}, {"F": "postgres.c", "W": "secret"}, {}])
def test_an_error_that_ends_the_session_is_asked_about_like_any_other(
    fields: dict[str, str],
) -> None:
    made = fickle(StepKind.CLIENT)
    assert asks_first(made, error_response({"C": "P0001", "M": "secret", **fields}, "FATAL"))


def test_the_client_is_asked_for_copy_data_at_once() -> None:
    made = fickle(StepKind.CLIENT)
    begins = message(b"G", b"\0\0\0")
    assert not asks_first(made, begins)
    assert take(made, begins).out == begins


def test_a_round_may_be_answered_at_once() -> None:
    made = fickle(StepKind.CLIENT, behind=(StepKind.CHECK, StepKind.SYNC))
    made.pass_all()
    assert [step.kind for step in made.steps] == [StepKind.SYNC]
    assert made.ready() is StepKind.SYNC
    assert not made.active


def test_what_was_analysed_unread_is_described_behind_its_check() -> None:
    described = message(b"T", b"\0\0")
    made = replies(StepKind.BOUND, StepKind.CLIENT, StepKind.CHECK, StepKind.CLIENT)
    assert take(made, message(b"1", b"")).out == message(b"1", b"")
    assert take(made, described).out == b""  # of the portal, say
    take(made, PASSED)
    assert take(made, COMPLETE).out == described
    assert take(made, described).out == described


def test_what_was_analysed_unread_and_failed_is_not_described() -> None:
    made = replies(StepKind.BOUND, StepKind.BOUND, StepKind.SYNC)
    take(made, message(b"1", b""))
    assert take(made, message(b"T", b"\0\0")).out == b""
    assert take(made, ERROR).out == b""


@pytest.mark.parametrize("kind", [StepKind.SILENT, StepKind.DESCRIBED])
def test_an_error_before_what_would_be_watched_is_noted(kind: StepKind) -> None:
    made = replies()
    made.add(kind, sql=b"EXECUTE p", statement=Statement("execute", 0, 9))
    outcome = take(made, ERROR)
    assert (outcome.out, outcome.noted, outcome.sql) == (ERROR, refusal("withheld"), b"EXECUTE p")
    made = replies(kind)
    assert take(made, ERROR) == Outcome(ERROR)
