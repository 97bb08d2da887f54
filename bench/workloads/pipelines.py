"""Many queries on their way at the same time: with libpq's pipeline, and with asyncpg."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from bench.pgbench import USER, Address
from bench.workloads.at_once import Begin, Done, Play, loop, play
from bench.workloads.with_pgbench import fill_accounts
from bench.workloads.workload import Work
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn
from servers import Postgres

QUERIES = 100  # of one pipeline
SQL = "SELECT abalance FROM pgbench_accounts WHERE aid = $1"
KEYS = 100_000  # that are there at any scale


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Prepared queries by key, so many at a time; a transaction is one pipeline."""

    name: str
    title: str
    driver: Play
    scale: int  # of pgbench's tables: so many times 100,000 accounts
    unit: str = "query"
    clients: int = 4

    def fill(self, database: Postgres) -> None:
        fill_accounts(database, self.scale)

    def run(self, address: Address, seconds: float) -> Work:
        return play(self.driver, address, self.clients, seconds)


def with_psycopg(address: Address, client: int, begin: Begin) -> Done:
    """Play with psycopg's libpq: its own objects would cost more than the server does."""
    where = f"host=127.0.0.1 port={address.port} user={USER} dbname={address.dbname}"
    dsn = f"{where} gssencmode=disable sslmode={'require' if address.encrypted else 'disable'}"
    pipelines = _pipelines(client)
    with psycopg.connect(dsn, autocommit=True) as connection:
        libpq = connection.pgconn
        libpq.prepare(b"s", SQL.encode())
        libpq.enter_pipeline_mode()
        done = loop(begin, lambda: _through_libpq(libpq, next(pipelines)))
        libpq.exit_pipeline_mode()
    return done


def _through_libpq(libpq: PGconn, keys: list[int]) -> int:
    for key in keys:
        libpq.send_query_prepared(b"s", [b"%d" % key])
    libpq.pipeline_sync()
    for _ in keys:
        result = libpq.get_result()
        if result is None or result.status != ExecStatus.TUPLES_OK:
            raise RuntimeError(libpq.get_error_message())
        libpq.get_result()  # None: the end of this query
    libpq.get_result()  # of the whole pipeline
    return len(keys)


def with_asyncpg(address: Address, client: int, begin: Begin) -> Done:
    """Play with asyncpg, which sends all that executemany is given in one go."""
    import asyncpg
    import uvloop

    pipelines = _pipelines(client)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        connection = runner.run(
            asyncpg.connect(
                host="127.0.0.1",
                port=address.port,
                user=USER,
                database=address.dbname,
                ssl="require" if address.encrypted else False,
            )
        )

        def pipeline() -> int:
            keys = [(key,) for key in next(pipelines)]
            runner.run(connection.executemany(SQL, keys))
            return len(keys)

        done = loop(begin, pipeline)
        runner.run(connection.close())
    return done


def _pipelines(client: int) -> Iterator[list[int]]:
    """Yield the keys of one pipeline after the other."""
    numbers = random.Random(client)  # noqa: S311  # nothing secret
    while True:
        yield numbers.choices(range(1, KEYS + 1), k=QUERIES)
