"""Several processes on one port, and the console's: started, watched and stopped together."""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from pgtoll.config import Config
from pgtoll.errors import ConfigError, PgtollError
from pgtoll.listening import bound, reserve, shown
from pgtoll.process import serve

log = logging.getLogger("pgtoll.workers")

READY_SECONDS = 60.0  # for a worker to load its policy and catalog
RESTART_SECONDS = 1.0  # before a worker that died is started again
STOP_SECONDS = 20.0  # for a worker to end its sessions
LOOK_SECONDS = 0.2  # between looks at whether the program is told to stop


# Serves on a bound socket until SIGTERM, calls the function once it does, returns the exit status.
Serve = Callable[[Config, socket.socket, Callable[[], None]], int]


def run(config: Config, console: Serve | None = None) -> int:
    """Serve until told to stop; return the exit status. Raises a PgtollError before it is ready.

    `console` serves `config.console.listen`, if that is set, in a process of its own: nothing that
    is done there holds up a client.
    """
    log_to_stderr()
    at = config.console.listen if console else None
    with ExitStack() as sockets:
        sock = sockets.enter_context(reserve(config.listen, shared=config.workers > 1 or bool(at)))
        lines = [f"listening on {_shown(sock)}"]
        jobs = [Job("a worker", serve, sock.getsockname()[:2])] * config.workers
        if console and at:
            other = sockets.enter_context(reserve(at, shared=True, option="--console"))
            lines.append(f"console on http://{_shown(other)}")
            jobs.append(Job("the console", console, other.getsockname()[:2]))
        if len(jobs) == 1:
            return serve(config, sock, lambda: say(*lines))
        return Workers(config, jobs).run(lambda: say(*lines))


def _shown(sock: socket.socket) -> str:
    return shown(*sock.getsockname()[:2])


def log_to_stderr() -> None:
    """Write the log, one line for each message, for whoever runs the program."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.INFO)


class OneLine(logging.Formatter):
    """Names that clients send cannot begin a line of the log, or steer a terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        return line if line.isprintable() else "".join(map(_printable, line))


def _printable(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]


def say(*lines: str) -> None:
    """The lines on standard output that say the proxy is ready, and where."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Job:
    """What a process does: it serves on an address that stays ours while processes come and go."""

    name: str  # with its article
    work: Serve
    address: tuple[str, int]


@dataclass(slots=True)
class Worker:
    """One process, and the pipe on which it says that it is ready or why it is not."""

    job: Job
    process: BaseProcess
    news: multiprocessing.connection.Connection
    started: float = field(default_factory=time.monotonic)

    def told(self) -> str:
        """What it said: why it could not start, or nothing when it could or never said."""
        with suppress(EOFError, OSError):
            return str(self.news.recv()) if self.news.poll() else ""
        return ""

    def forget(self) -> None:
        """Let go of a process that has ended."""
        self.news.close()
        self.process.close()


class Workers:
    """Keeps a process for each job running until the program is told to stop."""

    def __init__(self, config: Config, jobs: Sequence[Job]) -> None:
        self._config = config
        self._jobs = jobs
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[Worker] = []
        # Set by a signal's handler: it may run anywhere, so it must not need a lock.
        self._stopping = False

    def run(self, ready: Callable[[], None]) -> int:
        """Start them all, then keep them running. Raises ConfigError when one does not start."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            self._workers = [self._start(job) for job in self._jobs]
            for worker in self._workers:
                self._await(worker)
            if not self._stopping:
                ready()
            while not self._stopping:
                time.sleep(LOOK_SECONDS)
                self._replace_the_dead()
            return 0
        finally:
            self._end()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _start(self, job: Job) -> Worker:
        news, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_work, args=(job, self._config, theirs), name=f"pgtoll: {job.name}"
        )
        process.start()
        theirs.close()
        return Worker(job, process, news)

    def _await(self, worker: Worker) -> None:
        """Wait until a worker is ready. Raises ConfigError with what it could not do."""
        until = worker.started + READY_SECONDS
        while not (worker.news.poll(LOOK_SECONDS) or self._stopping):
            if time.monotonic() > until:
                raise ConfigError(f"{worker.job.name} did not start: it takes too long")
        if self._stopping:
            return
        try:
            told = str(worker.news.recv())
        except EOFError:
            told = "it ended"
        if told:
            raise ConfigError(f"{worker.job.name} did not start: {told}")

    def _replace_the_dead(self) -> None:
        for i, worker in enumerate(self._workers):
            old_enough = time.monotonic() - worker.started > RESTART_SECONDS
            if old_enough and not worker.process.is_alive() and not self._stopping:
                status, told = worker.process.exitcode, worker.told()
                why = f" ({told})" if told else ""
                name = worker.job.name
                log.error("%s ended with status %s%s; starting another", name, status, why)
                worker.forget()
                self._workers[i] = self._start(worker.job)

    def _end(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.1, deadline - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()


def _work(job: Job, config: Config, news: multiprocessing.connection.Connection) -> None:
    """The life of one process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C: our parent tells us
    threading.Thread(target=_end_with_parent, daemon=True).start()
    log_to_stderr()
    try:
        status = job.work(config, bound(*job.address, shared=True), lambda: news.send(""))
    except (PgtollError, OSError) as exc:
        news.send(str(exc))
        status = 2
    sys.exit(status)


def _end_with_parent() -> None:
    """Stop in order when the parent was killed: nobody would stop or replace us any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(STOP_SECONDS)
        os._exit(1)
