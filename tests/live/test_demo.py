"""`pgtoll demo` as a visitor starts it: the story as told, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest
from calls import opened

pytestmark = pytest.mark.live
COMMAND = [sys.executable, "-m", "pgtoll", "demo", "--port", "0", "--console", "0"]
SECONDS = 60


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A temporary directory that PostgreSQL's account can enter."""
    return opened(tmp_path)


def environment(place: Path) -> dict[str, str]:
    """Settings of the caller's that the demo must not be led astray by."""
    wrong = {"PGTOLL_MODE": "observe", "PGTOLL_CUSTOMER": "x", "PGHOST": "absent", "PGUSER": "x"}
    return os.environ | wrong | {"TMPDIR": str(place)}


@contextmanager
def running(place: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Yield a demo that stays up, and what it printed."""
    process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True, env=environment(place))
    try:
        printed = ""
        while process.stdout and "Ctrl-C ends it" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        yield process, printed
    finally:
        process.terminate()
        process.communicate(timeout=SECONDS)


def processes_of(place: Path) -> list[str]:
    """Return the processes that mention the directory in their arguments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = entry.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if str(place) in arguments:
            found.append(arguments)
    return found


def test_the_story_goes_as_told(place: Path) -> None:
    run = subprocess.run(
        [*COMMAND, "--once"],
        capture_output=True,
        text=True,
        env=environment(place),
        timeout=SECONDS,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "12 of 12 steps went as expected" in run.stdout
    assert 'ERROR:  no license for table "mrktinvoice" of product "marketing"' in run.stdout
    assert "✗" not in run.stdout
    assert os.listdir(place) == []


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_stays_until_told_to_stop(ending: signal.Signals, place: Path) -> None:
    with running(place) as (process, printed):
        found = re.search(r"-h (\S+) -p (\d+) -U alice (\w+)", printed)
        assert found is not None
        host, port, database = found.groups()
        dsn = f"host={host} port={port} user=alice dbname={database}"
        with psycopg.connect(dsn) as connection:
            assert connection.execute("select * from MrktInvoice").rowcount == 20
        assert processes_of(place)
        assert_console(printed)
        process.send_signal(ending)
        process.wait(SECONDS)
        assert process.returncode == 0
    assert processes_of(place) == []
    assert os.listdir(place) == []
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn)


def assert_console(printed: str) -> None:
    """Log in to the console as the welcome says, and find the demo's product there."""
    found = re.search(r"(http://\S+)\n *name (\S+), password (\S+)\n", printed)
    assert found is not None
    url, user, password = found.groups()
    assert httpx.get(f"{url}/login").status_code == 200
    wrong = httpx.post(f"{url}/api/session", json={"user": user, "password": "x"})
    assert wrong.status_code == 401
    session = httpx.post(f"{url}/api/session", json={"user": user, "password": password})
    headers = {"authorization": f"Bearer {session.json()['token']}"}
    overview = httpx.get(f"{url}/api/products", headers=headers).json()
    assert [one["code"] for one in overview["products"]] == ["base", "marketing"]


@pytest.mark.parametrize("moment", [0.4, 1.0, 1.6])
def test_ending_it_while_it_starts_leaves_nothing(moment: float, place: Path) -> None:
    process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, env=environment(place))
    time.sleep(moment)
    process.terminate()
    process.communicate(timeout=SECONDS)
    assert processes_of(place) == []
    assert os.listdir(place) == []
