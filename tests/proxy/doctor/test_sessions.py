"""Clocks that disagree are reported when it is more than two well-kept ones would."""

from datetime import UTC, datetime, timedelta

from pgtoll.doctor.findings import Severity
from pgtoll.doctor.sessions import judge_clocks

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_clocks_that_agree_are_fine() -> None:
    for highest in (None, NOON - HOUR, NOON + timedelta(minutes=1)):
        (found,) = judge_clocks(NOON, NOON + timedelta(seconds=59), highest)
        assert found.severity is Severity.OK


def test_a_clock_that_is_behind_or_ahead_is_told_by_how_much() -> None:
    (behind,) = judge_clocks(NOON, NOON + HOUR, None)
    assert behind.what == "this machine's clock is 3600 seconds behind the server's"
    (ahead,) = judge_clocks(NOON + HOUR, NOON, None)
    assert "3600 seconds ahead of" in ahead.what


def test_a_time_that_was_seen_too_early_is_told() -> None:
    (found,) = judge_clocks(NOON, NOON, NOON + HOUR)
    assert "2026-05-04 13:00:00" in found.what
    assert found.fix == ("UPDATE pgtoll.clock SET highest = now();",)
