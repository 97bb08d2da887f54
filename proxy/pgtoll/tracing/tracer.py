"""What traces the sessions of one process: which of them, and where their spans go."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from pgtoll.caller import Caller
from pgtoll.config import Tracing
from pgtoll.session.effects import Judge
from pgtoll.tracing.exporting import Exporter, Traced
from pgtoll.tracing.rounds import Round, Rounds
from pgtoll.tracing.session import TracedSession
from pgtoll.tracing.spans import Place
from pgtoll.trails.writing import Trail

MOST_WAITING = 5_000  # rounds that wait to be sent; beyond this the oldest are given up

Address = tuple[str, int] | None


class Tracer:
    """Has a share of the sessions traced."""

    def __init__(self, settings: Tracing, proxy: str) -> None:
        """Raises ConfigError when traces cannot be made."""
        self.settings = settings
        self._exporter = Exporter(settings.endpoint, settings.sql, proxy)
        self._trail: Trail[Traced] = Trail(
            settings.endpoint, self._exporter, weigh=_weight, most=MOST_WAITING
        )

    def wants(self) -> bool:
        """Whether the session that begins now is one of those."""
        return random.random() < self.settings.sample  # noqa: S311 (nothing secret hangs on it)

    def session(
        self,
        judge: Judge,
        caller: Caller,
        server: object,
        *,
        welcome: bytes,
        greeting: bytes,
    ) -> TracedSession:
        """Return one that is traced; `server` is its PostgreSQL's address, as sockets have it."""

        def done(round_: Round) -> None:
            user = str(getattr(judge, "user", caller.role))
            self._trail.put((round_, Place(caller.database, user, application, *sides)))

        application = caller.application
        sides = _read_address(caller.address), _address(server)
        return TracedSession(judge, Rounds(clock(), done), welcome=welcome, greeting=greeting)

    @property
    def lost(self) -> int:
        """How many rounds or spans were given up, or not taken."""
        return self._trail.lost + self._exporter.refused

    @property
    def sent(self) -> int:
        """How many rounds were sent."""
        return self._trail.written

    def finish(self, seconds: float) -> None:
        """Send what waits, for so long. To be called off the event loop: it waits."""
        self._trail.finish(seconds)


def clock() -> Callable[[], int]:
    """Return a clock in nanoseconds since 1970 that never goes back."""
    since = time.time_ns() - time.monotonic_ns()
    return lambda: since + time.monotonic_ns()


def _read_address(text: str) -> Address:
    """Read HOST:PORT as a caller's address has it; a Unix socket has none."""
    host, colon, port = text.rpartition(":")
    return (host.strip("[]"), int(port)) if colon and port.isdecimal() else None


def _address(peer: object) -> Address:
    """The address of a peer as its socket has it: of a Unix socket, the path."""
    if isinstance(peer, tuple) and len(peer) >= 2:
        return str(peer[0]), int(peer[1])
    return (peer, 0) if isinstance(peer, str) and peer else None


def _weight(traced: Traced) -> int:
    """About how much memory a round takes, in bytes."""
    round_, _ = traced
    return 2000 + sum(map(len, round_.texts)) + sum(map(len, round_.prepared))
