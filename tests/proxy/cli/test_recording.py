"""What `pgtoll record` says while it runs, and in the end."""

from pathlib import Path

import pytest
from recording_samples import ALICE, BOB, collected

from pgtoll.cli.recording import Meter, tell
from pgtoll.office.recording import Progress, Recorded
from pgtoll.recording.collection import Collection

RAN = [(ALICE, "SELECT * FROM contact"), (BOB, "SELECT * FROM contact")]


def test_it_says_what_was_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Recorded(collected(RAN), b"", "", 0, True), Path("day"), 30)
    found = capsys.readouterr()
    assert found.out == "day: 2 statements, 1 shape, 2 users, 1 worker\n"
    assert found.err == ""


def test_it_says_what_was_not(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = Collection()
    nothing.lost.statements, nothing.lost.unread = 7, 8
    tell(Recorded(nothing, b"", "the store was away", 2, False), Path("day"), 30)
    lines = capsys.readouterr().err.splitlines()
    for told in ("ended early", "no proxy", "2 workers have", "7 of", "8 of", "console"):
        assert any(told in line for line in lines), told


def test_progress_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    meter = Meter()
    for second in range(1, 100):
        meter.show(Progress(float(second), 0, 10 * second, 2, 1))
    meter.show(Progress(100.0, 1, 1, 1, 1, trouble="the store is away"))
    meter.end()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("recording for 0:01: 10 statements, 2 shapes, 1 users")
    assert sum("no proxy has answered" in line for line in lines) == 1
    assert sum("recording for" in line for line in lines) == 2
    assert "the store is away" in lines[-1]
