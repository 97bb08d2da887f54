"""What `make bench` puts on each path: from one SELECT by key to SQL that never repeats."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.workloads.adhoc import AdHoc
from bench.workloads.copies import Copy
from bench.workloads.inserts import Inserts
from bench.workloads.large_results import LargeResult
from bench.workloads.orm import OrmTrace
from bench.workloads.pipelines import Pipeline, with_asyncpg, with_psycopg
from bench.workloads.with_pgbench import PgbenchLoad
from bench.workloads.workload import Workload

MODES = ("simple", "extended", "prepared")
CLIENTS = (1, 8, 64)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is of what can be more or less."""

    scale: int = 10  # of pgbench's tables: so many times 100,000 accounts
    rows: int = 1_000_000  # of a large result: no more than there are accounts
    megabytes: int = 200  # of one COPY
    shapes: int = 2_000  # of an application's statements
    trace: int = 20_000  # statements of what it sends until it begins anew
    tuples: int = 5_000  # of one INSERT, at most


def workloads(sizes: Sizes) -> Sequence[Workload]:
    """Return all workloads, in the order in which tables show them."""
    groups = [_selects, _transactions, _pipelines, _large, _applications]
    return [workload for group in groups for workload in group(sizes)]


def _selects(sizes: Sizes) -> list[Workload]:
    return [
        PgbenchLoad(
            name=f"select-{mode}-{clients}",
            title=f"pgbench -S, {mode}, {clients} client{'s' * (clients > 1)}",
            unit="query",
            clients=clients,
            mode=mode,
            scale=sizes.scale,
        )
        for mode in MODES
        for clients in CLIENTS
    ]


def _transactions(sizes: Sizes) -> list[Workload]:
    return [
        PgbenchLoad(
            name="tpcb-8",
            title="pgbench, TPC-B-like, 8 clients",
            unit="transaction",
            clients=8,
            script="tpcb-like",
            scale=sizes.scale,
        ),
        PgbenchLoad(
            name="reconnect-8",
            title="pgbench -S -C: a connection for each query, 8 clients",
            unit="connection",
            clients=8,
            reconnecting=True,
            scale=sizes.scale,
        ),
    ]


def _pipelines(sizes: Sizes) -> list[Workload]:
    drivers = {"psycopg": with_psycopg, "asyncpg": with_asyncpg}
    return [
        Pipeline(f"pipeline-{name}", f"pipelines of 100, {name}, 4 clients", driver, sizes.scale)
        for name, driver in drivers.items()
    ]


def _large(sizes: Sizes) -> list[Workload]:
    rows, size = f"{sizes.rows:,} rows", f"{sizes.megabytes} MB"
    return [
        LargeResult("rows-text", f"{rows}, text", sizes.rows, False, sizes.scale),
        LargeResult("rows-binary", f"{rows}, binary", sizes.rows, True, sizes.scale),
        Copy("copy-out", f"COPY of {size} out", sizes.megabytes, inward=False),
        Copy("copy-in", f"COPY of {size} in", sizes.megabytes, inward=True),
    ]


def _applications(sizes: Sizes) -> list[Workload]:
    shapes, tuples = f"{sizes.shapes:,} shapes", f"1 to {sizes.tuples:,} rows"
    return [
        OrmTrace("orm", f"ORM trace, {shapes}, 8 clients", sizes.shapes, sizes.trace),
        Inserts("insert-text", f"INSERTs of {tuples}, in the text, 4 clients", sizes.tuples, True),
        Inserts("insert-bound", f"INSERTs of {tuples}, bound, 4 clients", sizes.tuples, False),
        AdHoc("ad-hoc", "SQL that never repeats, 8 clients"),
    ]


WORKLOADS: Sequence[Workload] = workloads(Sizes())
