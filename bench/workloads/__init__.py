"""What `make bench` puts on each path: from one SELECT by key to SQL that never repeats."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.workloads.with_pgbench import PgbenchLoad
from bench.workloads.workload import Workload

MODES = ("simple", "extended", "prepared")
CLIENTS = (1, 8, 64)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much there is of what can be more or less."""

    scale: int = 10  # of pgbench's tables: so many times 100,000 accounts


def workloads(sizes: Sizes) -> Sequence[Workload]:
    """Return all workloads, in the order in which tables show them."""
    return [*_selects(sizes), *_transactions(sizes)]


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


WORKLOADS: Sequence[Workload] = workloads(Sizes())
