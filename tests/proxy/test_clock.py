"""A clock that never goes back."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pgtoll.clock import TOLERANCE, Clock, system_time

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Hands:
    """A system whose clock and timer the test moves."""

    time: datetime = NOON
    timer: float = 5.0

    def clock(self) -> Clock:
        return Clock(lambda: self.time, lambda: self.timer)

    def pass_by(self, period: timedelta) -> None:
        self.time += period
        self.timer += period.total_seconds()


def test_it_shows_the_systems_time() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_by(HOUR)
    assert clock.now() == NOON + HOUR
    assert not clock.behind


def test_a_clock_turned_back_neither_goes_back_nor_stops() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.time -= timedelta(days=400)
    assert clock.now() == NOON
    hands.pass_by(HOUR)
    assert clock.now() == NOON + HOUR
    assert clock.behind == timedelta(days=400)


def test_what_other_clocks_have_shown_counts() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.saw(NOON + HOUR)
    clock.saw(NOON - HOUR)
    assert clock.now() == NOON + HOUR
    assert clock.behind == HOUR
    hands.pass_by(HOUR)
    assert clock.now() == NOON + 2 * HOUR


def test_the_systems_time_counts_again_once_it_has_caught_up() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.saw(NOON + HOUR)
    hands.time += 3 * HOUR
    assert clock.now() == NOON + 3 * HOUR
    assert not clock.behind


def test_a_small_lag_is_no_report() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.saw(NOON + TOLERANCE)
    assert not clock.behind
    assert clock.now() == NOON + TOLERANCE


def test_the_systems_time_has_its_zone() -> None:
    assert system_time().tzinfo is UTC
