"""The process that reads SQL, spoken to directly."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from pgtoll.parsing.messages import READY, REQUEST, decode
from pgtoll_policy.facts import Name, Script

pytestmark = pytest.mark.live

GIGABYTE = 1 << 30


@contextmanager
def process(*options: str, memory: int = GIGABYTE) -> Iterator[subprocess.Popen[bytes]]:
    command = [
        sys.executable,
        "-m",
        "pgtoll.parsing.process",
        "--deadline=30",
        f"--memory={memory}",
    ]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [*command, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as started:
        assert out(started).readline() == READY
        yield started
        started.kill()


def out(started: subprocess.Popen[bytes]) -> IO[bytes]:
    assert started.stdout is not None
    return started.stdout


def send(started: subprocess.Popen[bytes], sql: str, *, standard: bool = True) -> None:
    assert started.stdin is not None
    started.stdin.write(REQUEST.pack(standard, len(sql.encode())) + sql.encode())
    started.stdin.flush()


def ask(started: subprocess.Popen[bytes], sql: str, *, standard: bool = True) -> Script:
    send(started, sql, standard=standard)
    return decode(out(started).readline())


def test_it_answers_in_order_until_nothing_more_comes() -> None:
    with process() as started:
        assert ask(started, "SELECT 1 FROM é").statements[0].reads == {Name("", "é")}
        escaped = ask(started, r"SELECT '\'' FROM t", standard=False)
        assert escaped.statements[0].reads == {Name("", "t")}
        assert started.stdin is not None
        started.stdin.close()
        assert started.wait(10) == 0


def test_it_can_be_strict() -> None:
    with process("--strict") as started:
        assert ask(started, "LOCK t").refusal == "the second reader cannot read it"


def test_deep_texts_do_not_hurt_it() -> None:
    with process() as started:
        assert not ask(started, "SELECT 1" + " UNION ALL SELECT 1 FROM t" * 5000).refusal
        assert ask(started, "SELECT " + "1+" * 100_000 + "1").refusal == "it is nested too deeply"
        assert not ask(started, "SELECT 1").refusal


def test_its_memory_is_limited() -> None:
    with process(memory=500 << 20) as started:
        send(started, "SELECT " + "1+" * 500_000 + "1")
        line = out(started).readline()
        assert line == b"" or decode(line).refusal


@pytest.mark.parametrize("deadline", ["--deadline=-1.5"])
def test_it_ends_itself_when_nobody_else_does(deadline: str) -> None:
    with process(deadline) as started:  # half a second, with the grace of two
        send(started, "SELECT a" + "[1]" * 3000 + " FROM t")
        assert out(started).readline() == b""
        assert started.wait(10) == -signal.SIGALRM
