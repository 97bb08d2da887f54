"""The program as its operator sees it: started, asked how it is, reloaded, told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol

import uvloop

from pgtoll.clock import system_time
from pgtoll.compiled import build
from pgtoll.config import Config, merged
from pgtoll.errors import ConfigError, PgtollError
from pgtoll.figures.figures import Figures, together
from pgtoll.figures.monitor import Monitor
from pgtoll.listening.doors import Doors, opened
from pgtoll.logs import log_to_stderr
from pgtoll.program.control import Apply, Check, Everybody, Note, Reload, Request, Stop, Tell
from pgtoll.program.notify import ServiceManager
from pgtoll.program.process import Start, Worker, stop_at_once, working
from pgtoll.program.workers import Serve, Workers, jobs_of
from pgtoll.trails import Entry, Kind, Outcome

log = logging.getLogger("pgtoll.head")

TELL_SECONDS = 2.0  # for the workers to say how they are
STOP_SECONDS = 10.0  # to end, beyond the time that transactions are given


class Crew(Protocol):
    """Whoever serves: this process, or several of its own."""

    restarts: int  # of workers that ended by themselves

    @property
    def wanted(self) -> int:
        """How many workers there are to be."""

    async def run(self, heed: Callable[[], None], ready: Callable[[], None]) -> None:
        """Serve until told to stop. Raises a PgtollError when that cannot begin."""

    async def ask(self, request: Request) -> list[object]:
        """The answers of all workers that live. Raises the first that is a PgtollError."""

    async def apply(self, config: Config) -> None:
        """Go by a configuration. Raises a PgtollError, and then nothing has changed."""

    def stop(self, *, fast: bool = False) -> None:
        """Let transactions end unless it is to be fast, and end."""

    def stop_at_once(self) -> None:
        """End without a word."""


class Alone:
    """The one worker is this process."""

    wanted = 1
    restarts = 0

    def __init__(self, start: Start, head: Head) -> None:
        self._start = start
        self._head = head
        self._worker: Worker | None = None

    async def run(self, heed: Callable[[], None], ready: Callable[[], None]) -> None:
        # Before that, a signal ends the process: nobody is served, PostgreSQL may not answer.
        async with working(self._start, self._head.answer) as worker:
            self._worker = worker
            # As in workers.py: what is there from the beginning is not looked through for garbage.
            gc.freeze()
            await worker.listen(frozenset(range(len(self._start.sockets))))
            heed()
            ready()
            await worker.run()

    async def ask(self, request: Request) -> list[object]:
        return [await self._worker.answer(request)] if self._worker else []

    async def apply(self, config: Config) -> None:
        await self.ask(Check(config))
        await self.ask(Apply(config))

    def stop(self, *, fast: bool = False) -> None:
        if self._worker is not None:
            self._worker.stop(fast=fast)

    def stop_at_once(self) -> None:
        stop_at_once()


@dataclass(frozen=True, slots=True)
class Plan:
    """What the program is to do."""

    config: Config
    load: Callable[[], Config]  # reads the configuration again. Raises ConfigError
    console: Serve | None = None  # serves the License manager


def run(plan: Plan) -> int:
    """Serve until told to stop; return the exit status. Raises a PgtollError before it is ready."""
    log_to_stderr(plan.config.logging)
    console = bool(plan.console and plan.config.console.listen)
    with (
        opened(plan.config, console=console) as doors,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        runner.run(_run(plan, doors))
    return 0


async def _run(plan: Plan, doors: Doors) -> None:
    await Head(plan, doors).run()


class Head:
    """The process that the operator has started; it heeds signals, whoever serves."""

    def __init__(self, plan: Plan, doors: Doors) -> None:
        self.config = plan.config
        self._load = plan.load
        self._doors = doors
        self._manager = ServiceManager()
        self._monitor = Monitor(self.figures)
        self._reloading = asyncio.Lock()
        self._told_to_reload = asyncio.Event()
        self._has_begun = asyncio.Event()
        self._stopping = False
        self._program = (version("pgtoll"), build().partition(":")[0])
        self._crew = self._crew_of(plan)

    def _crew_of(self, plan: Plan) -> Crew:
        config, doors = plan.config, self._doors
        if config.workers == 1 and not doors.console:
            return Alone(Start(config, doors.clients), self)
        return Workers(
            jobs_of(config, doors.clients, plan.console, doors.console), config, self.answer
        )

    async def run(self) -> None:
        """Serve until told to stop. Raises a PgtollError when that cannot begin."""
        problem: PgtollError | None = None
        if self._doors.metrics:
            await self._monitor.listen(self._doors.metrics)
        async with asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(self._heed_reloads()), tasks.create_task(self._watchdog())]
            try:
                await self._crew.run(self._heed, self._ready)
            except PgtollError as exc:
                problem = exc
            for task in beside:
                task.cancel()
        self._monitor.close()
        if problem:
            raise problem

    def _ready(self) -> None:
        if self._doors.offer:
            self._doors.offer.open()
        self._monitor.ready = True
        lines = self._doors.lines()
        log.info("pgtoll runs %s", build())
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
        self._manager.ready(", ".join(lines))
        self._has_begun.set()

    # Signals

    def _heed(self) -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop)
        loop.add_signal_handler(signal.SIGINT, lambda: self.stop(fast=True))
        loop.add_signal_handler(signal.SIGQUIT, self._crew.stop_at_once)
        loop.add_signal_handler(signal.SIGHUP, self._told_to_reload.set)

    def stop(self, *, fast: bool = False) -> None:
        """Take no more clients, and end when the last transaction has, or at once if told twice."""
        self._monitor.ready = False
        self._doors.close()
        if not self._stopping:
            self._manager.stopping(self.config.operation.drain_timeout + STOP_SECONDS)
        self._crew.stop(fast=fast or self._stopping)
        self._stopping = True

    async def _heed_reloads(self) -> None:
        while True:
            await self._told_to_reload.wait()
            self._told_to_reload.clear()
            try:
                await self.reload()
            except PgtollError as exc:
                log.error("nothing was reloaded: %s", exc)

    async def _watchdog(self) -> None:
        """Tell the service manager that everything answers, as often as it wants to hear it."""
        await self._has_begun.wait()  # it is not looked for before
        while self._manager.watchdog:
            await asyncio.sleep(self._manager.watchdog / 2)
            if (await self.figures()).workers or self._stopping:
                self._manager.alive()

    # What is asked

    async def reload(self) -> str:
        """Read the configuration again and go by it; return one line that says what has changed.

        Raises a PgtollError when anything is wrong with it; then nothing has changed.
        """
        async with self._reloading:
            self._manager.reloading()
            try:
                said = await self._reloaded()
            except PgtollError as exc:
                await self._note(Outcome.FAILED, f"nothing was reloaded: {exc}")
                raise
            finally:
                self._manager.ready(", ".join(self._doors.lines()))
            await self._note(Outcome.DONE, said)
        log.info("%s", said)
        return said

    async def _note(self, outcome: Outcome, said: str) -> None:
        """Have the audit tell of a reload."""
        entry = Entry(at=system_time(), kind=Kind.RELOAD, outcome=outcome, message=said)
        try:
            noted = any(await self._crew.ask(Note(entry)))
        except PgtollError:
            noted = False
        if not noted:
            log.warning("the audit was not told of the reload: the worker that does is not there")

    async def _reloaded(self) -> str:
        if self._stopping:
            raise ConfigError("the program is about to end")
        config, changed, kept = merged(self.config, await asyncio.to_thread(self._load))
        await self._crew.apply(config)
        self.config = config
        log_to_stderr(config.logging)
        said = f"reloaded: {', '.join(changed) or 'nothing has changed'}"
        return said + (f"; only a restart changes {', '.join(kept)}" if kept else "")

    async def answer(self, request: Request) -> object:
        """Do what a worker asks for. Raises a PgtollError when it cannot be."""
        match request:
            case Everybody(inner):
                return await self._crew.ask(inner)
            case Reload():
                return await self.reload()
            case Stop(fast):
                self.stop(fast=fast)
                return None
        raise PgtollError(f"nobody knows {type(request).__name__}")

    async def figures(self) -> Figures:
        """The figures of all workers that answer."""
        answers: list[object] = []
        try:
            async with asyncio.timeout(TELL_SECONDS):
                answers = await self._crew.ask(Tell())
        except (PgtollError, TimeoutError) as exc:
            log.warning("the workers do not say how they are: %s", exc or "it takes too long")
        figures = together(one for one in answers if isinstance(one, Figures))
        figures.workers_wanted = self._crew.wanted
        figures.worker_restarts = self._crew.restarts
        figures.most_clients = self.config.limits.connections
        figures.program = self._program
        return figures
