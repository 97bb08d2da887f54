"""Several processes write one file: no line is torn or lost, and anybody may rotate it."""

import fcntl
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from auditing import PROXY, refused

from pgtoll.trails import files
from pgtoll.trails.entries import as_json
from pgtoll.trails.files import TrailFile

SECONDS = 60.0
LINE = len(as_json(refused("0"), PROXY))

# Writes so many records, each with a statement of so many characters, in a process of its own.
WRITER = """
import sys
from datetime import UTC, datetime
from pgtoll.trails import Entry, Kind
from pgtoll.trails.files import TrailFile
path, size, files, who, count, length = sys.argv[1:]
end = TrailFile(path, size=int(size), files=int(files), proxy=who)
entries = [
    Entry(at=datetime.now(UTC), kind=Kind.REFUSED, id=str(n), sql="x" * int(length))
    for n in range(int(count))
]
while entries:
    del entries[: end.write(entries[:7])]
"""
# The same where no file may have more than so many bytes: as on a disk that is full, a write that
# passes the limit is cut short, and the next one fails.
FULL_DISK = """
import resource, signal, sys
from datetime import UTC, datetime
from pgtoll.trails import Entry, Kind
from pgtoll.trails.files import TrailFile
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
end = TrailFile(sys.argv[1], size=0, files=1, proxy="p")
entry = Entry(at=datetime.now(UTC), kind=Kind.REFUSED, sql="x" * 700)
resource.setrlimit(resource.RLIMIT_FSIZE, (2500, resource.RLIM_INFINITY))
written = 0
for _ in range(9):
    try:
        written += end.write([entry])
    except OSError as exc:
        print(type(exc).__name__)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
written += end.write([entry])
print(written)
"""


def trail(path: Path, size: int = 0, count: int = 3) -> TrailFile:
    return TrailFile(str(path), size=size, files=count, proxy=PROXY)


def written(end: TrailFile, *texts: str) -> None:
    entries = [refused(text) for text in texts]
    while entries:
        del entries[: end.write(entries)]


def texts(path: Path) -> list[str]:
    return [json.loads(line)["sql"] for line in path.read_text().splitlines()]


def run(code: str, *arguments: object) -> "subprocess.Popen[str]":
    call = [sys.executable, "-c", code, *map(str, arguments)]
    path = os.pathsep.join(filter(None, sys.path))
    return subprocess.Popen(
        call, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    )


def test_lines_are_appended_to_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    for text in ("1", "2"):
        end = trail(path)
        written(end, text)
        end.close()
    assert texts(path) == ["1", "2"]
    assert path.stat().st_mode & 0o777 & ~0o640 == 0


def test_a_full_file_makes_way_for_another(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    written(trail(path, size=2 * LINE), *"0123456789")
    assert texts(path) == ["8", "9"]
    assert [texts(tmp_path / f"audit.{n}") for n in (1, 2, 3)] == [
        ["6", "7"], ["4", "5"], ["2", "3"],
    ]  # fmt: skip
    assert not (tmp_path / "audit.4").exists()  # the oldest are gone


def test_a_line_larger_than_a_file_is_written_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    written(trail(path, size=2 * LINE), "0", "x" * 1000, "1")
    assert (texts(path), texts(tmp_path / "audit.2")) == (["1"], ["0"])
    assert texts(tmp_path / "audit.1") == ["x" * 1000]


def test_processes_that_write_and_rotate_together_lose_and_tear_nothing(tmp_path: Path) -> None:
    path, count = tmp_path / "audit", 400
    size = 20_000  # so all of it is some fifty files
    writers = [run(WRITER, path, size, 1000, f"w{n}", count, 500 + n) for n in range(4)]
    said = [writer.communicate(timeout=SECONDS)[0] for writer in writers]
    assert [(writer.returncode, *said) for writer in writers] == [(0, *said)] * 4
    found = [
        json.loads(line) for file in tmp_path.iterdir() for line in file.read_text().splitlines()
    ]
    assert len(list(tmp_path.iterdir())) > 20
    assert max(file.stat().st_size for file in tmp_path.iterdir()) <= size
    by_writer = {
        f"w{n}": sorted(int(one["id"]) for one in found if one["proxy"] == f"w{n}")
        for n in range(4)
    }
    assert by_writer == {f"w{n}": list(range(count)) for n in range(4)}


def test_a_file_that_logrotate_has_moved_is_begun_anew(tmp_path: Path) -> None:
    path, moved = tmp_path / "audit", tmp_path / "audit-1"
    end = trail(path)
    written(end, "1")
    path.rename(moved)
    written(end, "2")
    assert (texts(moved), texts(path)) == (["1"], ["2"])
    path.rename(tmp_path / "audit-2")
    path.touch()  # as with `create`
    written(end, "3")
    assert texts(path) == ["3"]
    os.truncate(path, 0)  # as with `copytruncate`
    written(end, "4")
    assert texts(path) == ["4"]


def test_a_full_disk_tears_no_line(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    said, _ = run(FULL_DISK, path).communicate(timeout=SECONDS)
    *failures, count = said.split()
    assert failures
    assert set(failures) == {"OSError"}
    assert texts(path) == ["x" * 700] * int(count)


def test_half_a_line_of_who_was_killed_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "audit"
    path.write_text('{"kind": "refu')
    written(trail(path), "1")
    assert json.loads(path.read_text().splitlines()[1])["sql"] == "1"


def test_who_keeps_the_lock_holds_up_nobody_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LOCK_SECONDS", 0.1)
    path = tmp_path / "audit"
    end = trail(path)
    written(end, "1")
    with path.open() as reader:
        fcntl.flock(reader, fcntl.LOCK_SH)
        with pytest.raises(OSError, match="another process keeps it locked"):
            end.write([refused("2")])
    written(end, "3")
    assert texts(path) == ["1", "3"]


def test_where_a_file_cannot_be_rotated_it_grows(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "audit"
    (tmp_path / "audit.1").mkdir()
    (tmp_path / "audit.1" / "in the way").touch()
    with caplog.at_level(logging.ERROR, "pgtoll.trails"):
        written(trail(path, size=LINE, count=1), *"0123")
    assert texts(path) == [*"0123"]
    assert len(caplog.messages) == 1
    assert "cannot rotate" in caplog.text


def test_only_a_file_is_written_to(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (fifo, Path("/dev/null"), tmp_path):
        with pytest.raises(OSError):  # noqa: PT011 (each has its own words)
            trail(path).write([refused()])
