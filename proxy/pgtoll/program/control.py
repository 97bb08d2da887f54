"""What the processes of one program ask each other, and the pipe on which they do."""

from __future__ import annotations

import asyncio
import itertools
import logging
import pickle
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pgtoll.config import Config
from pgtoll.errors import PgtollError
from pgtoll.trails import Entry

log = logging.getLogger("pgtoll.control")

HEADER = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Request:
    """Something to be done or told; what answers it says which type the answer has."""


# What a worker is asked


@dataclass(frozen=True, slots=True)
class Tell(Request):
    """How much has been done so far: its Figures."""


@dataclass(frozen=True, slots=True)
class Check(Request):
    """Whether a configuration could be put in force; the answer is None, or a PgtollError."""

    config: Config


@dataclass(frozen=True, slots=True)
class Apply(Request):
    """Put a configuration in force that was checked."""

    config: Config


@dataclass(frozen=True, slots=True)
class Doors(Request):
    """Take clients from these of the listening sockets, and from no other."""

    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Stop(Request):
    """Take no more clients, let transactions end unless it is to be `fast`, and end."""

    fast: bool = False


@dataclass(frozen=True, slots=True)
class Note(Request):
    """Have the audit tell of something; the answer is whether that is this worker's part."""

    entry: Entry


# What the program's first process is asked


@dataclass(frozen=True, slots=True)
class Ready(Request):
    """A process serves from now on; if not, why."""

    problem: str = ""


@dataclass(frozen=True, slots=True)
class Everybody(Request):
    """Ask every worker; the answer is the list of theirs."""

    request: Request


@dataclass(frozen=True, slots=True)
class Reload(Request):
    """Read the configuration again; the answer is one line that says what has changed.

    When anything is wrong with it nothing changes, and the answer is a ConfigError.
    """


Answer = Callable[[Request], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Frame:
    """A request, or the answer to the one of that number."""

    number: int
    content: object
    answers: bool = False

    def packed(self) -> bytes:
        data = pickle.dumps(self)
        return HEADER.pack(len(data)) + data


class Channel:
    """One end of a pipe between two processes of the program: each may ask the other.

    Only our own processes have such a pipe, so what comes is taken for what it says it is.
    """

    def __init__(self, sock: socket.socket, answer: Answer) -> None:
        self._sock = sock
        self._answer = answer
        self._numbers = itertools.count(1)
        self._asked: dict[int, asyncio.Future[object]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._unsent: list[bytes] = []  # asked for before the pipe was open

    async def run(self) -> None:
        """Answer, and hear answers, until the other process has ended."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._sock)
        self._writer.writelines(self._unsent)
        try:
            async with asyncio.TaskGroup() as tasks:
                while (frame := await _read(reader)) is not None:
                    if frame.answers:
                        self._settle(frame)
                    else:
                        tasks.create_task(self._reply(frame))
        finally:
            self._writer.close()
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(PgtollError("the process has ended"))

    async def ask(self, request: Request) -> object:
        """Return the answer. Raises the PgtollError that it is, or that there is none any more."""
        number = next(self._numbers)
        self._asked[number] = future = asyncio.get_running_loop().create_future()
        try:
            self._send(Frame(number, request))
            return await future
        finally:
            del self._asked[number]

    def tell(self, request: Request) -> None:
        """Ask without waiting for an answer."""
        self._send(Frame(next(self._numbers), request))

    def _settle(self, frame: Frame) -> None:
        future = self._asked.get(frame.number)
        if future is None or future.done():
            return
        if isinstance(frame.content, PgtollError):
            future.set_exception(frame.content)
        else:
            future.set_result(frame.content)

    async def _reply(self, frame: Frame) -> None:
        content: object
        try:
            if not isinstance(frame.content, Request):
                raise PgtollError("that is no request")
            content = await self._answer(frame.content)
        except PgtollError as exc:
            content = exc
        except Exception:  # whoever asks waits for an answer, whatever happens here
            log.exception("a request of another process could not be answered")
            content = PgtollError("internal error in pgtoll")
        self._send(Frame(frame.number, content, answers=True))

    def _send(self, frame: Frame) -> None:
        if self._writer is None:
            self._unsent.append(frame.packed())
        elif not self._writer.is_closing():
            self._writer.write(frame.packed())


async def _read(reader: asyncio.StreamReader) -> Frame | None:
    """The next frame; None when the other process has closed the pipe."""
    try:
        (length,) = HEADER.unpack(await reader.readexactly(HEADER.size))
        frame = pickle.loads(await reader.readexactly(length))  # noqa: S301 (from ourselves)
    except (asyncio.IncompleteReadError, OSError):
        return None
    return frame if isinstance(frame, Frame) else None
