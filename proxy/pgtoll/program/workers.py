"""Several processes on one port, and the console's: started, watched and stopped together."""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.process import BaseProcess

import uvloop

from pgtoll.config import Config
from pgtoll.entrance.counting import Board
from pgtoll.errors import ConfigError, PgtollError
from pgtoll.listening.doors import shares
from pgtoll.logs import log_to_stderr
from pgtoll.program.control import Answer, Apply, Channel, Check, Doors, Frame, Ready, Request, Stop
from pgtoll.program.process import Start, stop_at_once, working

log = logging.getLogger("pgtoll.workers")

# For a worker to load its policy and catalog: a large one takes a busy server a minute.
READY_SECONDS = 300.0
RESTART_SECONDS = 1.0  # before a worker that died is started again
# Between two threads that both want the interpreter. A picture of the catalog is made in one of its
# own, and each answer to a client would wait for that as long as this, twice.
SWITCH_SECONDS = 0.0005
STOP_SECONDS = 10.0  # for a process to end, beyond the time that transactions are given

# Serves on a bound socket until SIGTERM, calls the function once it does, returns the exit status.
Serve = Callable[[Config, socket.socket, Callable[[], None]], int]


@dataclass(frozen=True, slots=True)
class Job:
    """What a process does until it is told to stop."""

    name: str  # with its article
    work: Callable[[Start, socket.socket], int]  # on a pipe to its parent; returns the exit status
    start: Start
    serves: bool  # clients, and answers what it is asked


class Post:
    """A place for a process: one that dies there is replaced."""

    def __init__(self, job: Job, answer: Callable[[Post, Request], Awaitable[object]]) -> None:
        self.job = job
        self._answer = answer
        self.channel: Channel | None = None  # to the process, while there is one
        self.process: BaseProcess | None = None
        self.alive = False  # it serves
        self.told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.replacing = False  # it was ended to be replaced

    async def live(self) -> int | None:
        """Start a process, and return its exit status when it has ended."""
        loop, context = asyncio.get_running_loop(), multiprocessing.get_context("spawn")
        self.told = loop.create_future()
        ours, theirs = socket.socketpair()
        name = f"pgtoll: {self.job.name}"
        self.process = context.Process(target=_work, args=(self.job, theirs), name=name)
        self.channel = Channel(ours, lambda request: self._answer(self, request))
        self.process.start()
        theirs.close()
        try:
            await self.channel.run()  # until its end of the pipe is closed: it has ended
            await asyncio.to_thread(self.process.join, STOP_SECONDS)
        finally:
            self.alive, self.channel = False, None
            if self.process.is_alive():
                self.process.kill()
                self.process.join()
            if not self.told.done():
                self.told.set_result("it ended")
        return self.process.exitcode

    def signal(self, number: int) -> None:
        """Send the process a signal, if there is one."""
        if self.process is not None and self.process.pid and self.process.exitcode is None:
            os.kill(self.process.pid, number)


class Workers:
    """Keeps a process for each job running until the program is told to stop."""

    def __init__(self, jobs: list[Job], config: Config, head: Answer) -> None:
        self._config = config
        self._head = head
        self._posts = [Post(job, self._answer) for job in jobs]
        self._serving = [post for post in self._posts if post.job.serves]
        self._stopping = asyncio.Event()
        self.restarts = 0  # of processes that ended by themselves

    async def run(self, heed: Callable[[], None], ready: Callable[[], None]) -> None:
        """Start them all, then keep them running. Raises ConfigError when one does not start.

        `heed` is called when the program can be told to stop, `ready` when all serve.
        """
        heed()
        problem = ""
        async with asyncio.TaskGroup() as tasks:
            for post in self._posts:
                tasks.create_task(self._keep(post))
            await asyncio.sleep(0)  # so that each has begun
            problem = await self._first_start()
            if problem:
                self.stop(fast=True)
            elif not self._stopping.is_set():
                ready()
            await self._stopping.wait()
            tasks.create_task(self._end())
        if problem:
            raise ConfigError(problem)

    async def _first_start(self) -> str:
        """Wait until all are ready; return why one is not."""
        for post in self._posts:
            stopping = asyncio.ensure_future(self._stopping.wait())
            await asyncio.wait(
                (post.told, stopping),
                timeout=READY_SECONDS,
                return_when=asyncio.FIRST_COMPLETED,
            )
            stopping.cancel()
            if self._stopping.is_set():
                return ""
            problem = post.told.result() if post.told.done() else "it takes too long"
            if problem:
                return f"{post.job.name} did not start: {problem}"
        return ""

    async def _keep(self, post: Post) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            status = await post.live()
            if self._stopping.is_set():
                return
            if not post.replacing:
                self.restarts += post.job.serves
                problem = post.told.result()
                why = f" ({problem})" if problem else ""
                log.error("%s ended with status %s%s; starting another", post.job.name, status, why)
                await self._share_out()
                await self._pause(began + RESTART_SECONDS - time.monotonic())
            post.replacing = False

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._stopping.wait()
        except TimeoutError:
            pass

    async def _share_out(self) -> None:
        """Have every socket served by somebody who lives."""
        alive = [i for i, post in enumerate(self._serving) if post.alive]
        sockets = len(self._serving[0].job.start.sockets)
        for i, numbers in shares(len(self._serving), sockets, alive).items():
            await _asked(self._serving[i], Doors(numbers))

    async def _answer(self, post: Post, request: Request) -> object:
        if not isinstance(request, Ready):
            return await self._head(request)
        post.alive = not request.problem and post.job.serves
        if not post.told.done():
            post.told.set_result(request.problem)
        if post.alive and post.job.start.config != self._config:
            await _asked(post, Check(self._config))
            await _asked(post, Apply(self._config))
        if post.alive and all(one.told.done() for one in self._serving):
            await self._share_out()
        return None

    # All of them

    @property
    def wanted(self) -> int:
        """How many workers there are to be."""
        return len(self._serving)

    async def ask(self, request: Request) -> list[object]:
        """Ask every worker that lives; raises the first PgtollError that is an answer."""
        alive = [post.channel for post in self._serving if post.alive and post.channel]
        return list(await asyncio.gather(*(channel.ask(request) for channel in alive)))

    async def apply(self, config: Config) -> None:
        """Have everybody go by a configuration. Raises a PgtollError, and then nobody does."""
        await self.ask(Check(config))
        self._config = config
        await self.ask(Apply(config))
        for post in self._posts:
            post.job = replace(post.job, start=replace(post.job.start, config=config))
            if not post.job.serves:
                post.replacing = True
                post.signal(signal.SIGTERM)

    def stop(self, *, fast: bool = False) -> None:
        """Let every process end in order, unless it is to be fast."""
        self._stopping.set()
        for post in self._posts:
            if post.job.serves and post.alive and post.channel:
                post.channel.tell(Stop(fast))
            else:
                post.signal(signal.SIGTERM)

    def stop_at_once(self) -> None:
        """End every process like one that crashes."""
        for post in self._posts:
            post.signal(signal.SIGKILL)
        stop_at_once()

    async def _end(self) -> None:
        """Kill what does not end in time."""
        until = time.monotonic() + self._config.operation.drain_timeout + STOP_SECONDS
        while any(post.channel for post in self._posts):
            await asyncio.sleep(0.05)
            if time.monotonic() > until:
                for post in self._posts:
                    post.signal(signal.SIGKILL)


async def _asked(post: Post, request: Request) -> None:
    """Have one process do something; if it dies instead, another will be told when it starts."""
    if post.channel is not None:
        try:
            await post.channel.ask(request)
        except PgtollError as exc:
            log.warning("%s: %s", post.job.name, exc)


# In the processes


def _work(job: Job, pipe: socket.socket) -> None:
    """The life of one process."""
    for sock in (*job.start.sockets, pipe):
        # As they come they are inherited: a parser's process would keep a port open that we close.
        sock.set_inheritable(False)
    for number in (signal.SIGINT, signal.SIGHUP):  # the terminal's: our parent tells us
        signal.signal(number, signal.SIG_IGN)
    seconds = job.start.config.operation.drain_timeout + STOP_SECONDS
    threading.Thread(target=_end_with_parent, args=(seconds,), daemon=True).start()
    log_to_stderr(job.start.config.logging)
    try:
        status = job.work(job.start, pipe)
    except (PgtollError, OSError) as exc:
        pipe.setblocking(True)
        pipe.sendall(Frame(0, Ready(str(exc) or type(exc).__name__)).packed())
        status = 2
    sys.exit(status)


def _end_with_parent(seconds: float) -> None:
    """Stop in order when the parent was killed: nobody would stop or replace us any more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(seconds)
        os._exit(1)


def serve_clients(start: Start, pipe: socket.socket) -> int:
    """Be a worker, which does what it is asked on the pipe. Raises a PgtollError."""
    sys.setswitchinterval(SWITCH_SECONDS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve_clients(start, pipe))
    return 0


async def _serve_clients(start: Start, pipe: socket.socket) -> None:
    loop = asyncio.get_running_loop()

    async def head(request: Request) -> object:
        return await channel.ask(request)

    async with working(start, head) as worker:
        channel = Channel(pipe, worker.answer)
        # What a worker begins with stays; to look through it for garbage would hold all clients up.
        gc.collect()
        gc.freeze()
        await worker.listen(start.numbers)
        loop.add_signal_handler(signal.SIGTERM, worker.stop)
        channel.tell(Ready())
        async with asyncio.TaskGroup() as tasks:
            talking = tasks.create_task(channel.run())
            await worker.run()
            talking.cancel()


def serve_pages(console: Serve, start: Start, pipe: socket.socket) -> int:
    """Be the console's process."""
    frame = Frame(0, Ready()).packed()
    return console(start.config, start.sockets[0], lambda: pipe.sendall(frame))


def jobs_of(
    config: Config,
    clients: tuple[socket.socket, ...],
    console: Serve | None,
    pages: socket.socket | None,
) -> list[Job]:
    """What processes the program is made of."""
    numbers = shares(config.workers, len(clients), range(config.workers))
    board = Board(config.workers)
    jobs = [
        Job("a worker", serve_clients, Start(config, clients, numbers[i], board, i), serves=True)
        for i in range(config.workers)
    ]
    if console and pages:
        start = Start(config, (pages,))
        jobs.append(Job("the console", partial(serve_pages, console), start, serves=False))
    return jobs
