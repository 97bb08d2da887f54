"""The PostgreSQL behind the proxy: a connection for each client, cancel requests."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from pgtoll.errors import InsecureConnection, ServerUnavailable
from pgtoll.upstream.dialing import Dialing
from pgtoll.upstream.hosts import Hosts, Place, Wanted
from pgtoll.upstream.probing import Probing
from pgtoll.wire.startup import CancelRequest

log = logging.getLogger("pgtoll.upstream")

CANCEL_SECONDS = 10.0  # for PostgreSQL to take a cancel request and close
# More for the other hosts, once one has: it is likely to be the one that issued the key.
REST_SECONDS = 1.0

P = TypeVar("P", bound=asyncio.BaseProtocol)
_UNREACHED = (OSError, TimeoutError, InsecureConnection)


class Upstream:
    """Opens the server's side."""

    def __init__(self, hosts: Hosts, probing: Probing, dialing: Dialing) -> None:
        self._hosts = hosts
        self._probing = probing
        self.dialing = dialing

    @property
    def database(self) -> str:
        """The one that is served: its catalog is known."""
        return self._hosts.database

    async def connect(
        self, factory: Callable[[], P], startup: bytes
    ) -> tuple[asyncio.Transport, P]:
        """Connect to the first server that is what is wanted, and send a start-up packet.

        Raises ServerUnavailable.
        """
        problems: dict[str, None] = {}
        for again in (False,) if self._hosts.one else (False, True):
            async for place in self._suitable(problems, again=again):
                try:
                    return await self.dialing.dial(place, factory, startup)
                except _UNREACHED as exc:
                    self._probing.forget(place)
                    problems[f"cannot reach PostgreSQL at {place}: {_reason(exc)}"] = None
        raise ServerUnavailable("; ".join(problems) or "no server is known")

    async def _suitable(self, problems: dict[str, None], *, again: bool) -> AsyncIterator[Place]:
        """Yield the places to try, in order; say of the others why not."""
        places = await self._places()
        if self._hosts.one:
            for place in places:
                yield place
            return
        for wanted in self._hosts.wanted.rounds:
            for place in places:
                state = await self._probing.state(place, again=again)
                if state and wanted.suits(state):
                    yield place
                elif wanted is self._hosts.wanted.rounds[-1]:
                    problems[_unsuitable(place, wanted, answers=state is not None)] = None

    async def _places(self) -> list[Place]:
        try:
            async with asyncio.timeout(self._hosts.seconds):
                return await self._hosts.places()
        except (OSError, TimeoutError) as exc:
            names = ", ".join(f"{host.name}:{host.port}" for host in self._hosts.hosts)
            raise ServerUnavailable(f"cannot reach PostgreSQL at {names}: {_reason(exc)}") from exc

    async def cancel(self, packet: CancelRequest) -> None:
        """Pass a CancelRequest on to every server: one has issued its key, the others ignore it.

        PostgreSQL answers nothing, it closes. Raises ServerUnavailable when none does.
        """
        places = await self._places()
        tasks = [asyncio.ensure_future(self._cancel_at(place, packet)) for place in places]
        try:
            for task in asyncio.as_completed(tasks, timeout=CANCEL_SECONDS):
                if await task:
                    await asyncio.wait(tasks, timeout=REST_SECONDS)
                    return
        except TimeoutError:
            pass
        finally:
            for one in tasks:
                one.cancel()
        raise ServerUnavailable("PostgreSQL is silent or cannot be reached")

    async def _cancel_at(self, place: Place, packet: CancelRequest) -> bool:
        """Whether a server has taken a CancelRequest."""
        closed = asyncio.Event()
        try:
            transport, _ = await self.dialing.dial(
                place, lambda: _UntilClosed(closed), packet.raw, waits=False
            )
        except _UNREACHED as exc:
            log.info("a cancel request did not reach %s: %s", place, _reason(exc))
            return False
        try:
            await closed.wait()
        finally:
            transport.abort()
        return True


def _unsuitable(place: Place, wanted: Wanted, *, answers: bool) -> str:
    if not answers:
        return f"PostgreSQL at {place} takes no connections"
    return f"PostgreSQL at {place} is not {wanted.value}"


def _reason(exc: Exception) -> str:
    return getattr(exc, "strerror", None) or str(exc) or "it does not answer"


class _UntilClosed(asyncio.Protocol):
    def __init__(self, closed: asyncio.Event) -> None:
        self._closed = closed

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()
