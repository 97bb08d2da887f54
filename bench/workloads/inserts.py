"""INSERTs of one to 5,000 rows, with the values in the text or as parameters.

How many rows one has is random, each order of magnitude as likely as the others: all kinds of texts
of the same few INSERTs. With values in the text none comes twice; with parameters there is one for
each number of rows. The tables keep nothing.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count, islice

from bench.pgbench import USER, Address
from bench.workloads.at_once import Begin, Done, loop, play
from bench.workloads.keeping import exists, keep_nothing
from bench.workloads.messages import asked
from bench.workloads.shapes import literal
from bench.workloads.shop import Column, Value
from bench.workloads.wire import Wire
from bench.workloads.workload import Work
from servers import Postgres

from pgtoll.wire.messages import query

CLIENTS = 4
TEXTS = 60  # that are made beforehand
MOST_PARAMETERS = 65_535  # of one Bind
TABLES = {
    "load_event": "kind text, at timestamptz, amount numeric, note text",
    "load_point": "x numeric, y numeric",
    "load_person": "name text, email text, city text, zip text, born date, active bool",
}
_RUN, _CLIENT = 10**9, 10**7  # ids of one run, and of one client in it


@dataclass(frozen=True, slots=True)
class Rows:
    """What one INSERT has: a table's name, its columns, its rows but for their ids."""

    table: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def head(self) -> str:
        """The text up to the first row."""
        listed = ", ".join(["id", *(column.name for column in self.columns)])
        return f"INSERT INTO {self.table} ({listed}) VALUES "  # noqa: S608


@dataclass(frozen=True, slots=True)
class Inserts:
    """INSERTs into a few tables; a transaction is one of them."""

    name: str
    title: str
    most: int  # rows of one INSERT
    in_text: bool  # the values
    unit: str = "row"
    clients: int = CLIENTS
    runs: Counter[Address] = field(default_factory=Counter, compare=False)

    def fill(self, database: Postgres) -> None:
        for table, columns in TABLES.items():
            if not exists(database, table):
                owned = f"ALTER TABLE {table} OWNER TO {USER}"
                database.execute(f"CREATE TABLE {table} (id bigint, {columns}); {owned}")
                keep_nothing(database, table)

    def run(self, address: Address, seconds: float) -> Work:
        self.runs[address] += 1
        made = _texts(self.most) if self.in_text else _messages(self.most)
        return play(_Player(made, self.runs[address]), address, self.clients, seconds)


# What is sent, and how many rows it has. A text is in two parts: the first row's id comes between.
Made = tuple[int, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class _Player:
    made: Sequence[Made]
    run: int

    def __call__(self, address: Address, client: int, begin: Begin) -> Done:
        ids = count(_RUN * self.run + _CLIENT * client)
        turns = count(client * TEXTS // CLIENTS)
        with Wire(address) as wire:

            def step() -> int:
                rows, parts = self.made[next(turns) % len(self.made)]
                wire.ask(parts[0] if len(parts) == 1 else query((b"%d" % next(ids)).join(parts)))
                return rows

            return loop(begin, step)


def inserts(most: int, seed: int = 1) -> Iterator[Rows]:
    """Yield INSERTs without end."""
    numbers = random.Random(seed)  # noqa: S311  # nothing secret
    tables = {table: _columns(columns) for table, columns in TABLES.items()}
    while True:
        table, columns = numbers.choice(list(tables.items()))
        size = min(round(most ** numbers.random()), MOST_PARAMETERS // (1 + len(columns)))
        rows = (tuple(column.value(numbers) for column in columns) for _ in range(size))
        yield Rows(table, columns, tuple(rows))


def _columns(text: str) -> tuple[Column, ...]:
    name_types = (column.split() for column in text.split(", "))
    return tuple(Column(name, type_) for name, type_ in name_types)


def text(insert: Rows) -> tuple[str, str]:
    """Return a text, but for the first row's id: what comes before it, and what behind."""
    rows = [
        f"{number or ''}, {', '.join(map(literal, row))})" for number, row in enumerate(insert.rows)
    ]
    return insert.head + "(", ", (".join(rows)


def message(insert: Rows) -> bytes:
    """Return the messages that insert with parameters."""
    width = 1 + len(insert.columns)
    rows = (
        ", ".join(f"${at}" for at in range(number * width + 1, number * width + width + 1))
        for number in range(len(insert.rows))
    )
    sql = insert.head + "(" + "), (".join(rows) + ")"
    values = (each for number, row in enumerate(insert.rows) for each in (number, *row))
    return asked(sql, [str(value) for value in values])


@cache
def _texts(most: int) -> Sequence[Made]:
    found = islice(inserts(most), TEXTS)
    return [(len(one.rows), tuple(part.encode() for part in text(one))) for one in found]


@cache
def _messages(most: int) -> Sequence[Made]:
    found = islice(inserts(most), TEXTS)
    return [(len(one.rows), (message(one),)) for one in found]
