"""What an application sends all day: 2,000 statements, few of them often, each now and then.

A few SELECTs make up most of it, of one row by its key, and each statement of the application
occurs (the frequencies are Zipf's). SELECT and UPDATE stand alone; what is inserted is deleted
again in the same transaction.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
OFTEN = 20  # the part of the shapes that comes most often


@dataclass(frozen=True, slots=True)
class OrmTrace:
    """Plays the trace from one end to the other, and again; each client begins elsewhere."""

    name: str
    title: str
    shapes: int
    length: int  # of the trace, in occurrences of shapes
    unit: str = "statement"
    clients: int = 8

    def fill(self, database: Postgres) -> None:
        fill_shop(database)

    def run(self, address: Address, seconds: float) -> Work:
        return play(
            _Trace(trace(self.shapes, self.length), self.clients), address, self.clients, seconds
        )


@dataclass(frozen=True, slots=True)
class _Trace:
    units: Sequence[Unit]
    clients: int

    def __call__(self, address: Address, client: int, begin: Begin) -> Done:
        at = len(self.units) * client // self.clients
        mine = cycle([*self.units[at:], *self.units[:at]])
        with Wire(address) as wire:

            def step() -> int:
                unit = next(mine)
                for statement in unit:
                    wire.ask(statement)
                return len(unit)

            return loop(begin, step)


@cache
def trace(number: int, length: int, seed: int = 1) -> Sequence[Unit]:
    """Return a trace of so many shapes."""
    numbers = random.Random(seed)  # noqa: S311  # nothing secret
    all_shapes = shapes(number, seed)
    deletes = _deletes(all_shapes)
    keys = count(10 * ROWS)
    return [
        _unit(shape, numbers, deletes, keys)
        for shape in occurrences(all_shapes, length, numbers)
        if shape.verb != "DELETE"
    ]


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
