"""Several processes on one port: started, watched and stopped together."""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.connection
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from pgtoll.config import Config
from pgtoll.errors import ConfigError, PgtollError
from pgtoll.listening import reserve
from pgtoll.process import serve

log = logging.getLogger("pgtoll.workers")

READY_SECONDS = 60.0  # for a worker to load its policy and catalog
RESTART_SECONDS = 1.0  # before a worker that died is started again
STOP_SECONDS = 20.0  # for a worker to end its sessions


def run(config: Config) -> int:
    """Serve until told to stop; return the exit status. Raises ConfigError before it is ready."""
    log_to_stderr()
    with reserve(config.listen) as sock:
        host, port = sock.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        line = f"listening on {shown}:{port}"
        if config.workers == 1:
            return serve(config, (host, port), lambda: say(line))
        return Workers(config, (host, port)).run(lambda: say(line))


def log_to_stderr() -> None:
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )


def say(line: str) -> None:
    """The one line on standard output that says the proxy is ready."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@dataclass(slots=True)
class Worker:
    """One process, and the pipe on which it says that it is ready or why it is not."""

    process: BaseProcess
    news: multiprocessing.connection.Connection
    started: float = field(default_factory=time.monotonic)


class Workers:
    """Keeps `config.workers` processes running until the program is told to stop."""

    def __init__(self, config: Config, address: tuple[str, int]) -> None:
        self._config = config
        self._address = address
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[Worker] = []
        self._stop = threading.Event()

    def run(self, ready: Callable[[], None]) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            self._workers = [self._start() for _ in range(self._config.workers)]
            for worker in self._workers:
                self._await(worker)
            ready()
            while not self._stop.wait(0.2):
                self._replace_the_dead()
            return 0
        finally:
            self._end()

    def _start(self) -> Worker:
        news, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_work, args=(self._config, self._address, theirs), name="pgtoll worker"
        )
        process.start()
        theirs.close()
        return Worker(process, news)

    def _await(self, worker: Worker) -> None:
        """Wait until a worker is ready. Raises ConfigError with what it could not do."""
        try:
            told = worker.news.recv() if worker.news.poll(READY_SECONDS) else "it takes too long"
        except EOFError:
            told = "it ended"
        if told:
            raise ConfigError(f"a worker did not start: {told}")

    def _replace_the_dead(self) -> None:
        for i, worker in enumerate(self._workers):
            old_enough = time.monotonic() - worker.started > RESTART_SECONDS
            if not worker.process.is_alive() and old_enough:
                status = worker.process.exitcode
                log.error("a worker ended with status %s; starting another", status)
                self._workers[i] = self._start()

    def _end(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            worker.process.join(max(0.1, deadline - time.monotonic()))
            if worker.process.is_alive():
                worker.process.kill()


def _work(
    config: Config, address: tuple[str, int], news: multiprocessing.connection.Connection
) -> None:
    """One worker's life."""
    log_to_stderr()
    try:
        status = serve(config, address, lambda: news.send(""))
    except PgtollError as exc:
        news.send(str(exc))
        status = 2
    sys.exit(status)
