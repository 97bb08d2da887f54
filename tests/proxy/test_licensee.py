"""Who lacks what: by the picture in force, and by the clock."""

from dataclasses import replace
from datetime import timedelta

import pytest
from catalog_samples import DEMO, FREE, HALF, SEATED
from gates import Clocks, gate_of
from license_samples import DUE, STARTS

from pgtoll.licensee import LOOK_SECONDS
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
