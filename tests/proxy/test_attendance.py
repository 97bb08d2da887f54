"""Users are handed on once a day; who stays connected is here on days they send something."""

from datetime import date

import pytest

from pgtoll import attendance
from pgtoll.attendance import Attendance

MONDAY, TUESDAY = date(2026, 6, 1), date(2026, 6, 2)


def test_a_user_is_handed_on_once_a_day() -> None:
    here = Attendance()
    for user in ("bob", "alice", "bob"):
        here.note(user)
    assert here.take(MONDAY) == ["alice", "bob"]
    here.note("alice")
    here.note("carol")
    assert here.take(MONDAY) == ["carol"]
    here.note("alice")
    assert here.take(TUESDAY) == ["alice"]
    assert here.take(TUESDAY) == []


def test_who_could_not_be_written_is_handed_on_again() -> None:
    here = Attendance()
    here.note("alice")
    here.give_back(here.take(MONDAY))
    assert here.take(MONDAY) == ["alice"]


def test_who_stays_connected_is_here_when_their_session_sends_something() -> None:
    here = Attendance()
    here.look([(1, 100, "alice"), (2, 50, "bob")])
    assert here.take(MONDAY) == ["alice", "bob"]
    here.look([(1, 100, "alice"), (2, 60, "bob")])
    assert here.take(TUESDAY) == ["bob"]


def test_names_that_somebody_makes_up_do_not_fill_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attendance, "MOST_WAITING", 3)
    monkeypatch.setattr(attendance, "MOST_WRITTEN", 4)
    here = Attendance()
    for number in range(9):
        here.note(f"u{number}")
    assert here.take(MONDAY) == ["u0", "u1", "u2"]
    here.note("u3")
    here.take(MONDAY)
    here.note("u0")
    assert here.take(MONDAY) == ["u0"]  # written again: no harm in that
