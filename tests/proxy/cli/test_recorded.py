"""`pgtoll inspect` of a recording: what it holds, or one line that says what is wrong with it."""

import json
from pathlib import Path

from calls import call
from recording_samples import ALICE, BOB, TAKING, collected

RAN = [(ALICE, "SELECT * FROM contact"), (BOB, "SELECT * FROM contact"), (BOB, "BEGIN")]


def written(folder: Path, data: bytes) -> Path:
    file = folder / "day.recording"
    file.write_bytes(data)
    return file


def test_it_says_what_is_in_it(tmp_path: Path) -> None:
    file = written(tmp_path, collected(RAN).as_file(TAKING))
    result = call("inspect", file)
    assert result.exit_code == 0, result.stderr
    for told in ("recording", "dora, with pgtoll test", "allow 3", "SELECT * FROM contact"):
        assert told in result.stdout
    found = json.loads(call("inspect", file, "--json").stdout)
    assert (found["kind"], found["statements"], found["verdicts"]) == (
        *("recording", 3),
        {"allow": 3},
    )


def test_a_torn_one_is_refused(tmp_path: Path) -> None:
    data = collected(RAN).as_file(TAKING)
    for broken in (data[:40], data[:-9], data + b"x", b"\x1f\x8bnothing"):
        result = call("inspect", written(tmp_path, broken))
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(f"pgtoll: {tmp_path}")
        assert result.stderr.count("\n") == 1
