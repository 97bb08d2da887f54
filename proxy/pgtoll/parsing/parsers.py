"""Read SQL in processes of our own, where hostile text costs nothing but itself.

Both parsers can be crashed, and one can be kept busy for minutes by a few kilobytes. So they run
beside the event loop, under limits of size, time and memory. There are two processes: a quick one,
and one for what is large or takes the quick one too long, so that small texts hardly ever wait. A
user whose texts are slow has the quick one no more for a while; for either, users take turns.
"""

import asyncio
import os
import sys
from asyncio import to_thread
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from contextlib import suppress

from pgtoll.figures.figures import Times
from pgtoll.parsing.messages import BODIES, READY, REQUEST, Decoder, decode
from pgtoll.parsing.turns import Turns
from pgtoll_policy.body import Body, BodyText, from_script
from pgtoll_policy.facts import MAX_BYTES, Script

LARGE = 64 << 10  # a text of more bytes goes to the slow process at once
PATIENCE = 1.0  # seconds that the quick process is given
DEADLINE = 5.0  # seconds that the slow process is given
SLOW = 0.25  # seconds for a small text; most take less than a millisecond
# How long who has sent one does without the quick process, in seconds, and of how many users that
# is remembered.
SLOW_FOR, SLOW_USERS = 10.0, 1000
# Where programs are more than processors, long texts are to hold up nobody who has short ones. But
# what takes half a second has to be read before the deadline on a busy machine too.
NICE = 5
STARTING = 30.0  # seconds for a process to start: it takes 0.3 on a machine that is not busy
MEMORY = 1 << 30  # bytes of address space, a quarter of them the stack
LONGEST_LINE = 256 << 20  # what a process may answer: not a limit in practice, its memory is
# A longer answer is decoded in a thread, because it would hold up the event loop for milliseconds.
LONG_LINE = 64 << 10

_BODY_KINDS = {language: kind for kind, language in BODIES.items()}

BEYOND_LIMITS = Script((), refusal="it could not be parsed within its limits")
TOO_LONG = Script((), refusal=f"it is longer than {MAX_BYTES} bytes")
NOT_UNICODE = Script((), refusal="it is not Unicode text")
UNREAD = Script((), refusal="no process could be started to parse it")


class Parsers:
    """The processes that read SQL for one event loop."""

    def __init__(
        self, *, strict: bool = False, patience: float = PATIENCE, deadline: float = DEADLINE
    ) -> None:
        decoder = Decoder()
        self._quick = _Lane(patience, decoder, strict=strict)
        self._slow = _Lane(deadline, decoder, strict=strict, nice=NICE)
        self._slow_until: dict[str, float] = {}  # by user, in the loop's time
        self.times = Times()  # that statements have waited to be read

    @property
    def restarts(self) -> int:
        """How many processes were replaced, because a text was too much for them."""
        return self._quick.restarts + self._slow.restarts

    async def start(self) -> None:
        """Start the processes, so that the first statement need not wait for it."""
        await asyncio.gather(self._quick.start(), self._slow.start())

    async def close(self) -> None:
        """End the processes. What is being read at this moment gets a refusal."""
        await asyncio.gather(self._quick.close(), self._slow.close())

    async def read(self, text: str, *, standard_conforming_strings: bool, user: str = "") -> Script:
        """Return what a text of some user says. Hostile text raises nothing: it gets a refusal."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await self._read(text, standard=standard_conforming_strings, user=user)
        finally:
            self.times.add(loop.time() - began)

    async def _read(self, text: str, *, standard: bool, user: str) -> Script:
        try:
            data = text.encode()
        except UnicodeEncodeError:
            return NOT_UNICODE
        if len(data) > MAX_BYTES:
            return TOO_LONG
        request = REQUEST.pack(standard, len(data)) + data
        if len(data) <= LARGE and not self._is_slow(user):
            with suppress(TimeoutError):
                return await self._quick.ask(request, user, lambda: self._was_slow(user))
        with suppress(TimeoutError):
            return await self._slow.ask(request, user)
        return BEYOND_LIMITS

    async def read_aside(
        self, text: str, *, standard_conforming_strings: bool, user: str
    ) -> Script:
        """Return what a text says that is not judged by it: not in the way of those that are."""
        data = text.encode()
        request = REQUEST.pack(standard_conforming_strings, len(data)) + data
        with suppress(TimeoutError):
            return await self._slow.ask(request, user)
        return BEYOND_LIMITS

    async def read_ahead(self, text: str) -> Script:
        """Return what a text says that nobody waits for: not in the way of small ones."""
        data = text.encode()
        with suppress(TimeoutError):
            return await self._slow.ask(REQUEST.pack(True, len(data)) + data, "")
        return BEYOND_LIMITS

    async def read_body(self, body: BodyText) -> Body | None:
        """Return what a function's body says; None when there was no process to read it."""
        data = body.text.encode(errors="replace")
        if body.language not in _BODY_KINDS or len(data) > MAX_BYTES:
            return Body(opaque="it is in no language that is read, or too long")
        with suppress(TimeoutError):
            request = REQUEST.pack(_BODY_KINDS[body.language], len(data)) + data
            script = await self._slow.ask(request, "")
            return None if script is UNREAD else from_script(script)
        return from_script(BEYOND_LIMITS)

    def _is_slow(self, user: str) -> bool:
        return self._slow_until.get(user, 0.0) > asyncio.get_running_loop().time()

    def _was_slow(self, user: str) -> None:
        self._slow_until.pop(user, None)
        if len(self._slow_until) >= SLOW_USERS:
            del self._slow_until[next(iter(self._slow_until))]
        self._slow_until[user] = asyncio.get_running_loop().time() + SLOW_FOR


class _Lane:
    """One process, one question at a time, and the queue for it."""

    def __init__(self, deadline: float, decoder: Decoder, *, strict: bool, nice: int = 0) -> None:
        self._deadline = deadline
        self._decoder = decoder
        self._command = _command(deadline, strict=strict, nice=nice)
        self._turns = Turns()
        self._process: Process | None = None
        self._unread = 0  # answers still to come to whoever no longer waits for them
        self._closed = False
        self.restarts = 0

    async def start(self) -> None:
        async with self._turns.turn(""):
            await self._running()

    async def close(self) -> None:
        self._closed = True
        await self._end()

    async def ask(
        self, request: bytes, user: str, was_slow: Callable[[], None] = lambda: None
    ) -> Script:
        """Return the answer to a request. Raises TimeoutError when it takes too long."""
        async with self._turns.turn(user):
            process = await self._running()
            if process is None:
                return UNREAD
            try:
                line = await self._exchange(process, request, was_slow)
                if len(line) >= LONG_LINE:
                    return await to_thread(decode, line)
                return self._decoder.decode(line)
            except TimeoutError:
                await self._replace()
                raise
            except (OSError, EOFError, ValueError, RuntimeError):  # the last is uvloop's, of a pipe
                await self._replace()
                return BEYOND_LIMITS

    async def _exchange(
        self, process: Process, request: bytes, was_slow: Callable[[], None]
    ) -> bytes:
        slow = asyncio.get_running_loop().call_later(SLOW, was_slow)
        try:
            async with asyncio.timeout(self._deadline):
                if process.stdin is None:
                    raise EOFError
                process.stdin.write(request)
                self._unread += 1
                await process.stdin.drain()
                return await self._next_line(process)
        finally:
            slow.cancel()

    async def _next_line(self, process: Process) -> bytes:
        line = await _read_line(process)
        self._unread -= 1
        return line

    async def _running(self) -> Process | None:
        """Return a process that waits for a request; None if there cannot be one."""
        if self._process is not None and self._unread:
            try:
                async with asyncio.timeout(self._deadline):
                    while self._unread:
                        await self._next_line(self._process)
            except (TimeoutError, OSError, EOFError, ValueError):
                await self._end()
        if self._process is None and not self._closed:
            self._unread = 0
            with suppress(TimeoutError, OSError, EOFError, ValueError):
                self._process = await _started(self._command)
        return self._process

    async def _replace(self) -> None:
        self.restarts += 1
        await self._end()
        await self._running()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await _ended(process)


def _command(deadline: float, *, strict: bool, nice: int) -> list[str]:
    limits = [f"--deadline={deadline}", f"--memory={MEMORY}", f"--nice={nice}"]
    return [sys.executable, "-m", "pgtoll.parsing.process", *limits, *["--strict"][:strict]]


async def _started(command: list[str]) -> Process:
    # A session of its own: the terminal's Ctrl-C is for the proxy, which ends its processes itself.
    path = os.pathsep.join(filter(None, sys.path))
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        stdout=PIPE,
        limit=LONGEST_LINE,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    try:
        async with asyncio.timeout(STARTING):
            if await _read_line(process) != READY:
                raise EOFError
    except BaseException:
        await _ended(process)
        raise
    return process


async def _read_line(process: Process) -> bytes:
    if process.stdout is None:
        raise EOFError
    line = await process.stdout.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return line


async def _ended(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()
