"""A recording as its command runs it: progress on the terminal, Ctrl-C, the file at the end."""

import asyncio
import os
import signal
import sys
from importlib.metadata import version
from pathlib import Path

from pgtoll.cli.files import write_file
from pgtoll.cli.output import complain, say
from pgtoll.clock import system_time
from pgtoll.counts import plural
from pgtoll.errors import ConfigError
from pgtoll.office.recording import Progress, Recorded, Session

QUIET_SECONDS = 60.0  # between lines of progress where there is no terminal
ANSWER_SECONDS = 5.0  # in which a proxy that runs has answered


def run(dsn: str, out: Path, *, seconds: float | None, keep_days: int) -> Recorded:
    """Record, and write the file. Raises ConfigError, and then nothing was recorded or written."""
    _expect_free(out)
    recorded = asyncio.run(_run(dsn, seconds, keep_days))
    write_file(out, recorded.file, mode=0o600)
    return recorded


async def _run(dsn: str, seconds: float | None, keep_days: int) -> Recorded:
    ended, loop, meter = asyncio.Event(), asyncio.get_running_loop(), Meter()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    program = f"pgtoll {version('pgtoll')}"
    session = Session(dsn, system_time, meter.show)
    try:
        return await session.run(ended, seconds=seconds, keep_days=keep_days, program=program)
    finally:
        meter.end()


def tell(recorded: Recorded, out: Path, keep_days: int) -> None:
    """Say what was recorded, and what was not."""
    header = recorded.collection
    what = ", ".join(
        (
            plural(header.statements, "statement", "statements"),
            plural(len(header.shapes), "shape", "shapes"),
            plural(len(header.users), "user", "users"),
            plural(len(header.sources), "worker", "workers"),
        )
    )
    say(f"{out}: {what}")
    if recorded.cut_short:
        complain(f"it ended early: {recorded.cut_short}")
    if not header.sources:
        complain("no proxy has answered: does one of this version run with this store?")
    if recorded.silent:
        workers = plural(recorded.silent, "worker has", "workers have")
        complain(f"{workers} not handed over the last second or two")
    if header.lost.statements:
        complain(f"{header.lost.statements} of the statements are not in it: there was no room")
    if header.lost.unread:
        complain(f"{header.lost.unread} of the statements are in it unread: they came too fast")
    if keep_days and not recorded.kept:
        complain("the console does not go by it: it is too large, or could not be stored")


class Meter:
    """Shows on standard error how far a recording is."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._next = 0.0
        self._asked = False
        self._width = 0

    def show(self, progress: Progress) -> None:
        """Show it: on a terminal in one line, elsewhere now and then."""
        if not progress.workers and progress.seconds > ANSWER_SECONDS and not self._asked:
            self._asked = True
            self.end()
            complain("no proxy has answered so far: does one of this version run with this store?")
        if progress.trouble:
            self.end()
            complain(progress.trouble)
        if not self._terminal and progress.seconds < self._next:
            return
        self._next = progress.seconds + QUIET_SECONDS
        self._write(_line(progress))

    def end(self) -> None:
        """Leave the line."""
        if self._width:
            sys.stderr.write("\n")
            self._width = 0

    def _write(self, text: str) -> None:
        if self._terminal:
            sys.stderr.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()


def _line(progress: Progress) -> str:
    minutes, seconds = divmod(int(progress.seconds), 60)
    return (
        f"recording for {minutes}:{seconds:02}: {progress.statements:,} statements, "
        f"{progress.shapes:,} shapes, {progress.users:,} users, {progress.workers} workers; "
        "Ctrl-C ends it"
    )


def _expect_free(out: Path) -> None:
    """Find out before an hour is recorded whether it can be written. Raises ConfigError."""
    folder = out.parent
    if os.path.lexists(out):
        raise ConfigError(f"{out} exists already: choose another name or remove it")
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise ConfigError(f"cannot write {out}: {folder} is no directory that can be written")
