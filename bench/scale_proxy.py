"""What a proxy in front of a site of any size does, measured from outside: for bench/scale.py."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import psycopg
from bench.licenses import PGTOLL
from bench.processes import cpu_seconds, family, program
from bench.scale_site import PLAIN, PUBLIC, SEATED, Size, license_of, signed, trust_file
from psycopg.rows import TupleRow
from servers import Postgres, free_port

from pgtoll.config import Trust
from pgtoll.store.store import Store

ROUNDS = 5
START_SECONDS = 300.0
APART_SECONDS = 0.002  # between two queries of a session that watches
QUIET_SECONDS = 3.0
_SEAT = f"SELECT 'p000', '{PLAIN}'"

Session = psycopg.Connection[TupleRow]


@dataclass
class Proxy:
    """A proxy in front of a database."""

    database: Postgres
    port: int
    pid: int

    def connect(self, user: str) -> Session:
        """Log in through it."""
        return replace(self.database, port=self.port).connect(user=user)


@dataclass
class Watching:
    """A session of somebody else's that asks again and again, and how long each answer took."""

    spent: list[float] = field(default_factory=list)  # ms
    over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def during(self, session: Session) -> Iterator[None]:
        thread = threading.Thread(target=self._ask, args=(session,))
        thread.start()
        try:
            yield
        finally:
            self.over.set()
            thread.join()

    def _ask(self, session: Session) -> None:
        while not self.over.is_set():
            began = time.perf_counter()
            session.execute("SELECT 1")
            self.spent.append((time.perf_counter() - began) * 1e3)
            time.sleep(APART_SECONDS)


def served(database: Postgres, size: Size, directory: Path) -> dict[str, float]:
    """Start a proxy and return what it costs, and how soon what changes is in force."""
    began = time.monotonic()
    with _proxy(database, directory) as proxy:
        figures = {
            "proxy serves after, s": time.monotonic() - began,
            "its CPU until then, s": cpu_seconds(proxy.pid),
            "its worker's memory, MB": _megabytes(proxy.pid),
            "its own connections to the database": _connections(database),
        }
        figures |= _in_force(proxy, size)
        figures |= _stalls(proxy)
        figures["its worker's memory at the end, MB"] = _megabytes(proxy.pid)
    return figures


@contextmanager
def _proxy(database: Postgres, directory: Path) -> Iterator[Proxy]:
    port, log = free_port(), directory / f"{database.dbname}.log"
    command = [PGTOLL, "serve", "--listen", f"127.0.0.1:{port}", "--server", database.dsn]
    command += ["--trust", str(trust_file(directory)), "--workers", "1"]
    with program(command, log) as process:
        until = time.monotonic() + START_SECONDS
        while "listening on" not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the proxy does not serve:\n{log.read_text()}")
            time.sleep(0.02)
        yield Proxy(database, port, process.pid)


def _megabytes(pid: int) -> float:
    """Return the resident memory of the largest process: that is the worker."""
    sizes = (Path(f"/proc/{one}/statm").read_text().split()[1] for one in family(pid))
    return max(map(int, sizes)) * 4096 / 1e6


def _connections(database: Postgres) -> float:
    with database.connect() as session:
        row = session.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'pgtoll'"
        ).fetchone()
    return float(row[0]) if row else 0.0


# In force


def _in_force(proxy: Proxy, size: Size) -> dict[str, float]:
    with (
        proxy.connect(PLAIN) as plain,
        proxy.database.connect() as beside,
    ):
        own = f"SELECT n FROM {size.table(size.tables - 1)}"  # noqa: S608
        plain.execute(own.encode())
        return {
            "DDL in force after, ms": _median(lambda n: _after_ddl(beside, plain, own, n)),
            "seat in force after, ms": _median(lambda n: _after_seat(proxy, plain, n)),
            "license in force after, ms": _median(lambda n: _after_license(proxy, plain, n)),
        }


def _median(measure: Callable[[int], float]) -> float:
    return median(measure(number) for number in range(ROUNDS)) * 1e3


def _after_ddl(beside: Session, plain: Session, own: str, number: int) -> float:
    """How long a statement waits that is proven by a picture, right behind DDL."""
    beside.execute(f"CREATE TABLE z{number} (id int PRIMARY KEY)".encode())
    began = time.monotonic()
    plain.execute(own.encode())
    spent = time.monotonic() - began
    time.sleep(0.5)
    return spent


def _after_seat(proxy: Proxy, plain: Session, number: int) -> float:
    """How long after it was granted, or taken, a seat counts."""
    grant = number % 2 == 0
    with proxy.database.connect() as session:
        session.execute(
            f"INSERT INTO pgtoll.seat (product, username) {_SEAT}"
            if grant
            else f"DELETE FROM pgtoll.seat WHERE username = '{PLAIN}'"  # noqa: S608
        )
    return _until(plain, refused=not grant)


def _after_license(proxy: Proxy, plain: Session, number: int) -> float:
    """How long after it was uploaded a license counts that has more seats than that before."""
    with proxy.database.connect() as session:
        session.execute(
            f"INSERT INTO pgtoll.seat (product, username) {_SEAT} ON CONFLICT DO NOTHING"
        )
    asyncio.run(_upload(proxy.database, seats=1, serial=2 * number + 2))
    _until(plain, refused=True)
    asyncio.run(_upload(proxy.database, seats=100_000, serial=2 * number + 3))
    return _until(plain, refused=False)


async def _upload(database: Postgres, *, seats: int, serial: int) -> None:
    store = await Store.connect(database.dsn)
    file = signed(replace(license_of(0, seats), serial=serial))
    try:
        await store.upload(file, Trust((PUBLIC,)).keys(), now=datetime.now(UTC))
    finally:
        await store.close()


def _until(session: Session, *, refused: bool) -> float:
    """Ask for what is licensed until that is refused, or not any more."""
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        try:
            session.execute("SELECT n FROM p000_000000")
        except psycopg.errors.InsufficientPrivilege:
            if refused:
                break
        else:
            if not refused:
                break
        time.sleep(0.005)
    return time.monotonic() - began


# Other sessions


def _stalls(proxy: Proxy) -> dict[str, float]:
    """How long the queries of others take while pictures are made, and while none are."""
    figures: dict[str, float] = {}
    with (
        proxy.connect(SEATED) as through,
        proxy.database.connect() as direct,
        proxy.database.connect() as changer,
    ):
        for what, changes in (("quiet", 0), ("DDL", 8)):
            proxied, straight = Watching(), Watching()
            with proxied.during(through), straight.during(direct):
                for number in range(changes):
                    changer.execute(f"CREATE TABLE w{number} (id int PRIMARY KEY)".encode())
                    time.sleep(QUIET_SECONDS / changes)
                time.sleep(0.0 if changes else QUIET_SECONDS)
            for way, watching in (("proxied", proxied), ("direct", straight)):
                percentile = quantiles(watching.spent, n=100)[98]
                figures[f"others' queries, {what}, {way}, ms 99 %"] = percentile
                figures[f"others' queries, {what}, {way}, ms most"] = max(watching.spent)
    return figures
