"""Who lacks what: by the picture in force, and by the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest
from catalog_samples import CATALOG, DEMO, FREE, HALF, SEATED
from gates import Clocks, gate_of
from license_samples import DUE, STARTS

from pgtoll import in_force
from pgtoll.licensee import LOOK_SECONDS
from pgtoll.recording.tally import Tally
from pgtoll.session.session import Session
from pgtoll.wire.messages import query
from pgtoll_policy.policy import Policy


@pytest.mark.parametrize(
    ("policy", "user", "clear", "lacked"),
    [
        (FREE, "bob", True, set()),
        (SEATED, "alice", True, set()),
        (SEATED, "bob", False, {"marketing"}),
        (HALF, "alice", False, set()),
        (DEMO, "bob", False, set()),
    ],
)
def test_only_who_lacks_nothing_is_clear(
    policy: Policy, user: str, clear: bool, lacked: set[str]
) -> None:
    judge = gate_of(policy).judge(user)
    assert judge.clear is clear
    assert judge.lacked == lacked


def test_a_license_that_expires_ends_clearness_by_the_clock() -> None:
    clocks = Clocks(now=DUE - timedelta(seconds=0.5))
    judge = gate_of(FREE, clocks).judge("bob")
    assert judge.clear
    clocks.advance(timedelta(seconds=0.4))
    assert judge.clear
    clocks.advance(timedelta(seconds=0.1))
    assert not judge.clear
    assert judge.lacked == {"base", "marketing"}


def test_what_is_known_of_a_user_is_no_older_than_the_policy_and_the_clock() -> None:
    clocks = Clocks(now=STARTS)
    gate = gate_of(SEATED, clocks)
    first, other = gate.judge("alice"), gate.judge("bob")
    assert gate.judge("alice").standing is first.standing
    assert (first.clear, other.clear) == (True, False)
    gate.picture = replace(gate.picture, policy=FREE)
    assert gate.judge("bob").clear
    clocks.advance(DUE - STARTS)
    assert gate.judge("bob").lacked == {"base", "marketing"}


def test_names_that_anybody_makes_up_are_not_kept_without_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(in_force, "MOST_STANDINGS", 3)
    gate = gate_of(SEATED)
    for number in range(10):
        assert gate.judge(f"user{number}").lacked == {"marketing"}
        assert len(gate._standings) <= 3


def test_a_license_that_begins_makes_clear_by_the_clock() -> None:
    clocks = Clocks(now=STARTS - timedelta(seconds=0.5))
    judge = gate_of(FREE, clocks).judge("bob")
    assert not judge.clear
    clocks.advance(timedelta(seconds=0.5))
    assert judge.clear


def test_a_clock_that_was_set_is_noticed_at_the_next_look() -> None:
    clocks = Clocks()
    judge = gate_of(FREE, clocks).judge("bob")
    clocks.now = DUE
    assert judge.clear
    clocks.elapsed += LOOK_SECONDS
    assert not judge.clear


def test_a_new_picture_counts_at_once() -> None:
    gate = gate_of(FREE)
    judge = gate.judge("bob")
    assert judge.clear
    gate.picture = replace(gate.picture, policy=SEATED)
    assert not judge.clear
    assert judge.lacked == judge.standing.lacks.keys() == {"marketing"}


def test_while_somebody_records_nobody_takes_the_short_way() -> None:
    gate = gate_of(FREE)
    judge, message = gate.judge("alice"), query(b"SELECT 1")
    session = Session(judge)
    session.server_data(b"".join((b"R\0\0\0\x08\0\0\0\0", b"Z\0\0\0\x05I")))
    assert session.pass_client(message) == len(message)
    gate.record(Tally(gate.facts, lambda: CATALOG, 1))
    assert session.pass_client(message) == 0
    assert (judge.clear, judge.recording) == (True, True)  # nothing is refused for it
    gate.record(None)
    assert session.pass_client(message) == len(message)
    assert (judge.clear, judge.recording) == (True, False)


def test_nobody_is_clear_any_more_when_the_store_has_confirmed_nothing_for_too_long() -> None:
    clocks = Clocks()
    gate = gate_of(FREE, clocks)
    gate.grace = 5.0
    judge = gate.judge("bob")
    clocks.elapsed += 4.9
    assert judge.clear
    clocks.elapsed += 0.1
    assert not judge.clear
    assert judge.lacked == set()
    assert "has confirmed nothing for 5 seconds (store_grace)." in judge.standing.lapsed
    gate.problem = "it does not answer"
    clocks.elapsed += LOOK_SECONDS
    assert not judge.clear
    assert judge.standing.lapsed.endswith("(store_grace): it does not answer.")
    assert not gate.judge("alice").clear
    gate.confirmed = clocks.elapsed
    clocks.elapsed += LOOK_SECONDS
    assert judge.clear
    assert gate.judge("alice").clear


def test_the_moment_at_which_it_lapses_is_not_missed_between_two_looks() -> None:
    clocks = Clocks()
    gate = gate_of(FREE, clocks)
    gate.grace = LOOK_SECONDS / 4
    judge = gate.judge("bob")
    assert judge.clear
    clocks.elapsed += LOOK_SECONDS / 4
    assert not judge.clear
