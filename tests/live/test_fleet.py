"""A few faults of a whole fleet, one promotion among them; `make fleet-test` has more of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fleet.journal import Disturbance, Journal
from fleet.network import missing

pytestmark = pytest.mark.live

TESTS = Path(__file__).parent.parent
SECONDS = 500.0


@pytest.mark.timeout(SECONDS + 60)
def test_nothing_is_lost_whatever_dies() -> None:
    if why := missing():
        pytest.skip(f"no fleet can be built here: {why}")
    paths = [TESTS, TESTS.parent / "proxy", TESTS.parent / "policy"]
    run = subprocess.run(
        [sys.executable, "-m", "fleet.run", "--few"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONWARNINGS": ""},
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert "lose the primary 1x" in run.stdout
    assert run.stdout.endswith("nothing was lost\n")


def test_an_answer_is_right_by_some_change_that_is_not_older_than_the_last() -> None:
    journal = Journal()
    for seated in (True, False, True):
        journal.flip(seated=seated).done = 0.0
    now = journal.flips[-1].began
    assert journal.explained(False, 0, now) == 0
    assert journal.explained(True, 0, now) == 1
    assert journal.explained(False, 1, now) == 2
    assert journal.explained(True, 3, now) == 3
    assert journal.explained(False, 3, now) is None
    assert journal.explained(True, 2, now - 1000) is None  # nothing had begun by then


def test_a_proxy_in_trouble_may_be_late() -> None:
    journal = Journal(disturbances=[Disturbance("p1", 10.0, 20.0), Disturbance("", 30.0)])
    assert journal.calm_since("p1", 25.0) == 20.0
    assert journal.calm_since("p2", 25.0) == 0.0
    assert journal.calm_since("p2", 35.0) == float("inf")
    assert journal.troubled_since("p1", 21.0, 2.0) == 10.0
    assert journal.troubled_since("p1", 25.0, 2.0) == float("inf")
    assert journal.troubled_since("p2", 35.0, 2.0) == 30.0
