"""The statements of an application: each text once, with parameters for what varies.

Some are written as Django writes them, some as SQLAlchemy does. Most are sent with parameters; the
others with the values in the text, as drivers do that put them in themselves.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from bench.workloads.changes import delete, insert, update
from bench.workloads.messages import asked
from bench.workloads.selects import Select, Style
from bench.workloads.shop import TABLES, Column, Table, Value

from pgtoll.wire.messages import query

DJANGO, SQLALCHEMY = Style(quoted=True), Style(labelled=True)
TEXT_SHARE = 0.25  # of the shapes are sent with their values in the text
CHANGES = {insert: 300, update: 300, delete: 100}  # of 2000 shapes; the others are SELECT

_PARAMETER = re.compile(r"\$(\d+)")
_VALUES = re.compile(r"(\$\d+(::[A-Z ]+?)?|\b\d+\b)(, (\$\d+(::[A-Z ]+?)?))*")
_CASTS = {"key": "INTEGER", "int": "INTEGER", "text": "VARCHAR", "timestamptz": "TIMESTAMPTZ"}


@dataclass(frozen=True, slots=True)
class Shape:
    """One statement without its values; `columns` say which value each parameter takes."""

    sql: str
    columns: tuple[Column, ...]
    table: Table | None  # that is changed
    in_text: bool  # the values are sent in the text

    @property
    def verb(self) -> str:
        """SELECT, INSERT, UPDATE or DELETE."""
        return self.sql.partition(" ")[0]

    def sent(self, numbers: random.Random, key: int | None = None) -> bytes:
        """Return the messages that ask it with new values; `key` is that of a row of one's own."""
        values = [
            key if key is not None and column.name == "id" else column.value(numbers)
            for column in self.columns
        ]
        if self.in_text:
            return query(
                _PARAMETER.sub(lambda at: literal(values[int(at[1]) - 1]), self.sql).encode()
            )
        return asked(self.sql, [str(value) for value in values])


@dataclass(slots=True)
class Parameters:
    """Writes parameters, and remembers the columns they are for."""

    cast: bool  # each is told its type, as SQLAlchemy does
    columns: list[Column] = field(default_factory=list)

    def __call__(self, column: Column) -> str:
        self.columns.append(column)
        number = f"${len(self.columns)}"
        return f"{number}::{_CASTS.get(column.type, column.type.upper())}" if self.cast else number


Change = Callable[[Table, Style, Parameters, random.Random], str]


def literal(value: Value) -> str:
    """Write a value as a constant; none of ours has a quote."""
    return f"'{value}'" if isinstance(value, str) else str(value)


def shapes(number: int, seed: int = 1) -> list[Shape]:
    """Return so many shapes, no two alike, in an order that has no meaning."""
    numbers = random.Random(seed)  # noqa: S311  # nothing secret
    found: dict[str, Shape] = {}
    for change, of_2000 in CHANGES.items():
        each = max(1, of_2000 * number // 2000 // len(TABLES))
        for table in TABLES:
            _add(found, each, partial(_change, change, table, numbers))
    _add(found, number - len(found), partial(_select, numbers))
    return numbers.sample(list(found.values()), k=number)


def _add(found: dict[str, Shape], number: int, make: Callable[[], Shape]) -> None:
    """Make shapes until there are so many more, by what is left when the values are out."""
    wanted = len(found) + number
    while len(found) < wanted:
        shape = make()
        found.setdefault(_VALUES.sub("?", shape.sql), shape)


def _change(change: Change, table: Table, numbers: random.Random) -> Shape:
    style = numbers.choice([DJANGO, SQLALCHEMY])
    parameters = Parameters(cast=style.labelled)
    sql = change(table, style, parameters, numbers)
    return Shape(sql, tuple(parameters.columns), table, numbers.random() < TEXT_SHARE)


def _select(numbers: random.Random) -> Shape:
    style = numbers.choice([DJANGO, SQLALCHEMY])
    parameters = Parameters(cast=style.labelled)
    sql = Select(numbers, style, parameters).write()
    return Shape(sql, tuple(parameters.columns), None, numbers.random() < TEXT_SHARE)
