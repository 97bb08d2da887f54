"""SQL that is never sent twice, as people and reporting tools write it: no cache can know it.

Constants, tables, columns, their order, their aliases and the number of conditions all differ. It
is different in each run on one address, and the same in the n-th run on any.
"""

import random
import string
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from bench.pgbench import Address
from bench.workloads.at_once import Begin, Done, loop, play
from bench.workloads.selects import Select, Style
from bench.workloads.shapes import literal
from bench.workloads.shop import fill_shop
from bench.workloads.wire import Wire
from bench.workloads.workload import Work
from servers import Postgres

from pgtoll.wire.messages import query

AHEAD = 1_000  # statements that a client makes for each second, before it begins
LETTERS = 4  # that make an alias one of a kind


@dataclass(frozen=True, slots=True)
class AdHoc:
    """SELECTs with their values in the text, one after the other."""

    name: str
    title: str
    unit: str = "statement"
    clients: int = 8
    runs: Counter[Address] = field(default_factory=Counter, compare=False)

    def fill(self, database: Postgres) -> None:
        fill_shop(database)

    def run(self, address: Address, seconds: float) -> Work:
        self.runs[address] += 1
        player = _Player(self.runs[address], seconds)
        return play(player, address, self.clients, seconds)


@dataclass(frozen=True, slots=True)
class _Player:
    run: int
    seconds: float

    def __call__(self, address: Address, client: int, begin: Begin) -> Done:
        texts = (query(sql.encode()) for sql in statements(f"{self.run}/{client}"))
        ahead = list(islice(texts, int(AHEAD * self.seconds) + 1))
        more = chain(ahead, texts)
        with Wire(address) as wire:

            def step() -> int:
                wire.ask(next(more))
                return 1

            return loop(begin, step)


def statements(seed: str) -> Iterator[str]:
    """Yield statements without end; those of another seed are others."""
    numbers = random.Random(seed)  # noqa: S311  # nothing secret
    while True:
        style = Style(labelled=numbers.random() < 0.5, alias=_Aliases(numbers))
        yield Select(numbers, style, lambda column: literal(column.value(numbers))).write()


@dataclass(frozen=True, slots=True)
class _Aliases:
    """Makes up what tables and columns are called in one statement."""

    numbers: random.Random

    def __call__(self, word: str) -> str:
        letters = self.numbers.choices(string.ascii_lowercase, k=LETTERS)
        return f"{word.rpartition('_')[2][:3]}_{''.join(letters)}"
