"""The trails that settings ask for begin, change and end with them."""

import json
import os
import socket
from pathlib import Path

import pytest
from auditing import refused
from proxies import eventually

from pgtoll.config import Auditing, AuditKind, Target
from pgtoll.errors import ConfigError
from pgtoll.trails import Trails, program_name

SECONDS = 20.0


def settings(*paths: Path, **more: int) -> Auditing:
    targets = tuple(Target(AuditKind.FILE, path=str(path)) for path in paths)
    return Auditing((Target(), *targets), **more)  # type: ignore[arg-type]


def texts(path: Path) -> list[str]:
    return [json.loads(line)["sql"] for line in path.read_text().splitlines()]


def test_without_targets_of_its_own_there_is_nothing() -> None:
    trails = Trails()
    trails.put(refused())
    assert not trails
    assert (trails.waiting, dict(trails.lost)) == (0, {})


def test_records_go_everywhere_and_are_there_at_the_end(tmp_path: Path) -> None:
    one, other = tmp_path / "1", tmp_path / "2"
    trails = Trails(settings(one, other))
    for number in range(500):
        trails.put(refused(str(number)))
    trails.finish()
    expected = [str(number) for number in range(500)]
    assert texts(one) == texts(other) == expected
    assert dict(trails.lost) == {"file": 0}


def test_other_settings_hold_from_then_on(tmp_path: Path) -> None:
    one, other = tmp_path / "1", tmp_path / "2"
    trails = Trails(settings(one))
    trails.put(refused("1"))
    trails.go_by(settings(one, other))
    trails.put(refused("2"))
    trails.go_by(settings(other, files=3))
    trails.put(refused("3"))
    trails.finish()
    assert eventually(lambda: texts(one) == ["1", "2"], within=SECONDS)
    assert texts(other) == ["2", "3"]


def test_what_cannot_be_written_to_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    one = tmp_path / "1"
    trails = Trails(settings(one))
    bad = settings(tmp_path / "2", tmp_path / "missing" / "3")
    for attempt in (trails.check, trails.go_by):
        with pytest.raises(ConfigError, match=r"cannot write to .*missing/3: no such file"):
            attempt(bad)
    trails.put(refused("1"))
    trails.finish()
    assert texts(one) == ["1"]


def test_a_program_has_the_name_of_its_machine_and_first_process() -> None:
    assert program_name() == f"{socket.gethostname()}/{os.getpid()}"
