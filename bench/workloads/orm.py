"""What an application sends all day: 2,000 statements, few of them often, each now and then.

A few SELECTs make up most of it, of one row by its key, and each statement of the application
occurs (the frequencies are Zipf's). SELECT and UPDATE stand alone; what is inserted is deleted
again in the same transaction.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count, cycle

from bench.pgbench import Address
from bench.workloads.at_once import Begin, Done, loop, play
from bench.workloads.shapes import Shape, shapes
from bench.workloads.shop import ROWS, fill_shop
from bench.workloads.wire import Wire
from bench.workloads.workload import Work
from servers import Postgres

from pgtoll.wire.messages import query

Unit = tuple[bytes, ...]  # what is sent one after the other: a statement, or a transaction
BEGIN, COMMIT = query(b"BEGIN"), query(b"COMMIT")
_BY_KEY = re.compile(r'WHERE "?\w+"?\."?id"? = \$1(?!\d)')
RUNS = 5  # until a client begins where it has begun before
OFTEN = 20  # the part of the shapes that comes most often


@dataclass(frozen=True, slots=True)
class Trace:
    """What an application sends."""

    once: Sequence[Unit]  # each of its statements
    units: Sequence[Unit]  # all day


@dataclass(frozen=True, slots=True)
class OrmTrace:
    """Plays the trace from one end to the other, and again; each client begins elsewhere.

    Before the first run on an address each statement is sent once: the application runs for long
    already. What it costs to see a statement for the first time, adhoc.py shows.
    """

    name: str
    title: str
    shapes: int
    length: int  # of the trace, in occurrences of shapes
    unit: str = "statement"
    clients: int = 8
    runs: Counter[Address] = field(default_factory=Counter, compare=False)

    def fill(self, database: Postgres) -> None:
        fill_shop(database)

    def run(self, address: Address, seconds: float) -> Work:
        player = _Player(trace(self.shapes, self.length), self.clients, self.runs[address])
        self.runs[address] += 1
        return play(player, address, self.clients, seconds)


@dataclass(frozen=True, slots=True)
class _Player:
    trace: Trace
    clients: int
    run: int  # how many there were on this address

    def __call__(self, address: Address, client: int, begin: Begin) -> Done:
        with Wire(address) as wire:
            for unit in () if self.run else self.trace.once[client :: self.clients]:
                _send(unit, wire)
            units = self._units(client)
            return loop(begin, lambda: _send(next(units), wire))

    def _units(self, client: int) -> Iterator[Unit]:
        """Return the units from where a client begins: elsewhere in each run."""
        part = (client + self.run / RUNS % 1) / self.clients
        at = int(len(self.trace.units) * part)
        return cycle([*self.trace.units[at:], *self.trace.units[:at]])


def _send(unit: Unit, wire: Wire) -> int:
    for statement in unit:
        wire.ask(statement)
    return len(unit)


@cache
def trace(number: int, length: int, seed: int = 1) -> Trace:
    """Return a trace of so many shapes."""
    numbers = random.Random(seed)  # noqa: S311  # nothing secret
    application = shapes(number, seed)
    deletes, keys = _deletes(application), count(10 * ROWS)

    def units(sent: Sequence[Shape]) -> list[Unit]:
        alone = (shape for shape in sent if shape.verb != "DELETE")
        return [_unit(shape, numbers, deletes, keys) for shape in alone]

    return Trace(units(application), units(occurrences(application, length, numbers)))


def occurrences(found: Sequence[Shape], length: int, numbers: random.Random) -> list[Shape]:
    """Return about so many shapes, each at least once, the n-th as often as Zipf says.

    What comes most often are SELECTs of one row.
    """
    selects = (shape for shape in found if shape.verb == "SELECT")
    often = sorted(selects, key=_rare)[: len(found) // OFTEN]
    ranked = [*often, *(shape for shape in found if shape not in often)]
    share = length / sum(1 / rank for rank in range(1, len(found) + 1))
    many = [
        shape for rank, shape in enumerate(ranked, 1) for _ in range(max(1, round(share / rank)))
    ]
    numbers.shuffle(many)
    return many


def _rare(select: Shape) -> tuple[bool, bool]:
    return _BY_KEY.search(select.sql) is None, "JOIN" in select.sql


def _deletes(found: Sequence[Shape]) -> dict[str, Iterator[Shape]]:
    """Return the DELETEs of each table, one after the other and again."""
    tables: dict[str, list[Shape]] = {}
    for shape in found:
        if shape.verb == "DELETE" and shape.table is not None:
            tables.setdefault(shape.table.name, []).append(shape)
    return {table: cycle(each) for table, each in tables.items()}


def _unit(
    shape: Shape, numbers: random.Random, deletes: dict[str, Iterator[Shape]], keys: Iterator[int]
) -> Unit:
    if shape.verb != "INSERT" or shape.table is None:
        return (shape.sent(numbers),)
    key = next(keys)
    delete = next(deletes[shape.table.name])
    return BEGIN, shape.sent(numbers, key), delete.sent(numbers, key), COMMIT
