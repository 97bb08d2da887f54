"""A million rows of pgbench's accounts, in text and in binary."""

from dataclasses import dataclass, replace

from bench.pgbench import Address
from bench.workloads.at_once import Begin, Done, loop, play
from bench.workloads.messages import BINARY, TEXT, asked
from bench.workloads.wire import Wire
from bench.workloads.with_pgbench import fill_accounts
from bench.workloads.workload import Work
from servers import Postgres

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class LargeResult:
    """One SELECT of many rows, again and again; all that comes is counted."""

    name: str
    title: str
    rows: int
    binary: bool
    scale: int  # of pgbench's tables: so many times 100,000 accounts
    unit: str = "MB"
    clients: int = 1

    def fill(self, database: Postgres) -> None:
        fill_accounts(database, self.scale)

    def run(self, address: Address, seconds: float) -> Work:
        return play(self.play, address, self.clients, seconds)

    def play(self, address: Address, client: int, begin: Begin) -> Done:
        """What the client does, in its process."""
        sql = f"SELECT aid, bid, filler FROM pgbench_accounts LIMIT {self.rows}"  # noqa: S608
        question, tag = asked(sql, (), BINARY if self.binary else TEXT), b"SELECT %d" % self.rows
        with Wire(address) as wire:
            done = loop(begin, lambda: wire.large_result(question, tag))
        return replace(done, units=done.units // MEGABYTE)
