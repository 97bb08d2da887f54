"""A rehearsal as people and programs read it, for one user or ten thousand."""

import json
from pathlib import Path

import pytest
from catalog_samples import BASE, BASE_SERVER, CATALOG, DEMO, FREE
from license_samples import ISSUED, MARKETING, NOW, PERSONAL
from recording_samples import recorded

from pgtoll.cli.replay_report import print_rehearsal, print_rehearsal_as_json
from pgtoll.cli.replaying import Done
from pgtoll.office.rehearsal import Terms, rehearse
from pgtoll.recording.tally import Who
from pgtoll_policy.policy import Grant, Policy, compile_policy

USERS = [f"user{number:03}" for number in range(150)]
TEXTS = [f"SELECT a{number} FROM mrktinvoice" for number in range(5)]
SEATS = compile_policy(
    [BASE, MARKETING, BASE_SERVER, PERSONAL], [Grant("marketing", "user003", ISSUED)]
)


def done(after: Policy, users: list[str]) -> Done:
    ran = [(Who(user, user), text) for user in users for text in TEXTS]
    found = rehearse(recorded(*ran), Terms(FREE, CATALOG, NOW), Terms(after, CATALOG, NOW))
    return Done(Path("day"), ("what was asked",), found)


def test_so_many_users_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    print_rehearsal(done(SEATS, USERS), 3)
    text = capsys.readouterr().out
    assert "149 users, 745 statements" in text
    assert "user000: 5 statements, product marketing: " in text
    assert "now it is licensed; then user has no seat of the personal license" in text
    assert "and 2 shapes more" in text
    assert "and 146 users more" in text
    assert "user003" not in text
    assert text.count("\n") < 40


def test_where_nothing_changes_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_rehearsal(done(FREE, ["user000"]), 3)
    assert "Nothing changes for anybody." in capsys.readouterr().out


def test_programs_get_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_rehearsal_as_json(done(SEATS, USERS))
    found = json.loads(capsys.readouterr().out)
    assert found["totals"]["loses"] == {"users": 149, "statements": 745}
    assert len(found["changes"]) == 149
    (first, *_) = found["changes"]
    assert sum(one["statements"] for one in first["shapes"]) == first["statements"] == 5


def test_names_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_rehearsal(done(DEMO, ["\x1b[2Jeve\n"]), 3)
    print_rehearsal(done(SEATS, ["\x1b[2Jeve\n"]), 3)
    text = capsys.readouterr().out
    assert "\x1b" not in text
    assert "\\x1b[2Jeve\\n" in text
