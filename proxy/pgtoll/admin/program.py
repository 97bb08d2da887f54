"""The processes of the proxy as the console shows them and tells them what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from pgtoll.admin.answers import Table, Value, columns
from pgtoll.admin.requests import Kill, Pause, SessionLine, Sessions
from pgtoll.config import Config
from pgtoll.figures.figures import Figures, together
from pgtoll.program.control import Everybody, Reload, Request, Stop, Tell

CLIENTS = columns(
    "pid#", "role", "license_user", "database", "application_name", "address", "state", "tls",
    "connected_seconds#", "bytes_in#", "bytes_out#", "worker#",
)  # fmt: skip
SERVERS = columns("pid#", "host", "database", "role", "state", "tls", "bytes#", "worker#")
WORKERS = columns(
    "worker#", "sessions#", "accepted#", "draining", "store", "catalog", "backlog#",
    "unconfirmed_seconds#",
)  # fmt: skip
STATS = columns("figure", "of", "value#")
CACHE = columns("worker#", "exact#", "shape#", "miss#", "hit_percent#")

SHAPES = {
    "CLIENTS": CLIENTS, "SERVERS": SERVERS, "WORKERS": WORKERS, "STATS": STATS, "CACHE": CACHE,
}  # fmt: skip

T = TypeVar("T")
Ask = Callable[[Request], Awaitable[object]]  # of the program's first process


class Processes:
    """All workers, through the program's first process."""

    def __init__(self, ask: Ask, config: Callable[[], Config]) -> None:
        self._ask = ask
        self._config = config

    @property
    def config(self) -> Config:
        return self._config()

    async def show(self, what: str) -> Table:
        """Return CLIENTS, SERVERS, WORKERS, STATS or CACHE. Raises PgtollError."""
        if what in ("CLIENTS", "SERVERS"):
            lines = [line for some in await self._all(Sessions(), tuple) for line in some]
            lines.sort(key=lambda line: (line.worker, -line.connected))
            return _clients(lines) if what == "CLIENTS" else _servers(lines)
        figures = await self._all(Tell(), Figures)
        return {"WORKERS": _workers, "STATS": _stats, "CACHE": _cache}[what](figures)

    async def _all(self, request: Request, kind: type[T]) -> list[T]:
        answers = await self._ask(Everybody(request))
        return [one for one in _listed(answers) if isinstance(one, kind)]

    async def reload(self) -> str:
        """Read the configuration again; return what has changed. Raises PgtollError."""
        return str(await self._ask(Reload()))

    async def kill(self, pid: int) -> bool:
        """End the session of a server process; return whether there was one."""
        return any(_listed(await self._ask(Everybody(Kill(pid)))))

    async def pause(self, *, on: bool) -> None:
        """Hold clients back between transactions, or let them go on."""
        await self._ask(Everybody(Pause(on)))

    async def stop(self, *, fast: bool) -> None:
        """End the program."""
        await self._ask(Stop(fast))


def _listed(answers: object) -> list[object]:
    return answers if isinstance(answers, list) else [answers]


def _clients(lines: Iterable[SessionLine]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            *(line.pid, line.role, line.license_user, line.database, line.application),
            *(line.address or "unix", line.state, line.tls, int(line.connected)),
            *(line.taken, line.given, line.worker),
        )
        for line in lines
    ]
    return Table(CLIENTS, rows)


def _servers(lines: Iterable[SessionLine]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            *(line.pid, line.host, line.database, line.role, line.state),
            *(line.server_tls, line.given, line.worker),
        )
        for line in lines
    ]
    return Table(SERVERS, rows)


def _workers(figures: Iterable[Figures]) -> Table:
    rows: list[tuple[Value, ...]] = [
        (
            number,
            sum(one.sessions.values()),
            one.accepted,
            "yes" if one.draining else "no",
            _store(one),
            "out of date" if one.catalog_stale else "current",
            one.audit_backlog,
            int(one.policy_unconfirmed),
        )
        for number, one in enumerate(figures, start=1)
    ]
    return Table(WORKERS, rows)


def _store(figures: Figures) -> str:
    if figures.lapsed:
        return "refuses all"
    return "connected" if figures.store_connected else "away"


def _stats(figures: Iterable[Figures]) -> Table:
    total = together(figures)
    rows: list[tuple[Value, ...]] = [
        ("accepted", "connections", total.accepted),
        ("cancelled", "requests", total.cancels),
        ("bytes", "from clients", total.from_clients),
        ("bytes", "from servers", total.from_servers),
        *(("sessions", state, number) for state, number in sorted(total.sessions.items())),
        *(("not served", code, number) for code, number in sorted(total.refused.items())),
        *(_verdict("verdict", *pair) for pair in sorted(total.verdicts.items())),
        *(_verdict("recorded", *pair) for pair in sorted(total.refusals.items())),
        *(("check", kind, number) for kind, number in sorted(total.checks.items())),
        ("parsed", "statements", sum(total.parse_times.counts)),
        ("parsed", "microseconds", round(total.parse_times.total * 1e6)),
    ]
    return Table(STATS, rows)


def _verdict(name: str, what: tuple[str, str], number: int) -> tuple[Value, ...]:
    kind, product = what
    return (name, f"{kind} {product}".strip(), number)


def _cache(figures: Iterable[Figures]) -> Table:
    rows: list[tuple[Value, ...]] = []
    for number, one in enumerate(figures, start=1):
        exact, shape, miss = (one.facts[outcome] for outcome in ("exact", "shape", "miss"))
        asked = exact + shape + miss
        rows.append((number, exact, shape, miss, 100 * (exact + shape) // asked if asked else 0))
    return Table(CACHE, rows)
