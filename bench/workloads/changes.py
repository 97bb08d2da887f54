"""INSERT, UPDATE and DELETE of one row by its key, as object-relational mappers write them."""

import random

from bench.workloads.filters import Place
from bench.workloads.selects import Style
from bench.workloads.shop import Table

MOST_SET = 5  # columns of an UPDATE
KEPT = 3  # columns that every INSERT has: the key, when, and which version

_PLAIN = (
    "DELETE FROM {table} WHERE {table}.id = {key}",
    "DELETE FROM {table} WHERE {table}.id = {key} RETURNING {table}.id",
    "DELETE FROM {table} WHERE {table}.id <= {key} AND {table}.id >= {key}",
)
_QUOTED = (
    'DELETE FROM "{table}" WHERE "{table}"."id" IN ({key})',
    'DELETE FROM "{table}" WHERE ("{table}"."id" = {key} AND "{table}"."version" IS NOT NULL)',
)


def insert(table: Table, style: Style, place: Place, numbers: random.Random) -> str:
    """Return an INSERT of a row with some of its columns."""
    name, optional = style.name, table.columns[KEPT:]
    some = set(numbers.sample(optional, k=numbers.randint(1, len(optional))))
    columns = [*table.columns[:KEPT], *(column for column in optional if column in some)]
    listed = ", ".join(name(column.name) for column in columns)
    values = ", ".join(map(place, columns))
    returning = numbers.choice(["", f" RETURNING {name(table.name)}.{name('id')}"])
    return f"INSERT INTO {name(table.name)} ({listed}) VALUES ({values}){returning}"  # noqa: S608


def update(table: Table, style: Style, place: Place, numbers: random.Random) -> str:
    """Return an UPDATE of some columns of a row, perhaps only if it has a certain version."""
    name = style.name
    changed = numbers.sample(table.columns[1:], k=numbers.randint(1, MOST_SET))
    values = ", ".join(f"{name(column.name)} = {place(column)}" for column in changed)
    asked = table.columns[: numbers.choice([1, 1, KEPT]) : KEPT - 1]
    where = " AND ".join(
        f"{name(table.name)}.{name(column.name)} = {place(column)}" for column in asked
    )
    return f"UPDATE {name(table.name)} SET {values} WHERE {where}"  # noqa: S608


def delete(table: Table, style: Style, place: Place, numbers: random.Random) -> str:
    """Return a DELETE of a row."""
    form = numbers.choice(_QUOTED if style.quoted else _PLAIN)
    return form.format(table=table.name, key=place(table.columns[0]))
