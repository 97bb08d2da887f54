"""The tables under a developer prefix in a real database: what a product's index is made of.

Sections, details and lookups are all tables and look alike here. Tables of every schema count, as a
name in an index means every schema: ordinary, partitioned and foreign ones. A partition is its
partitioned table's. Views and materialized views are left out: what they show is judged by the
tables they read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg

from pgtoll.errors import ConfigError
from pgtoll.store.link import CONNECT_SECONDS, first_line
from pgtoll_policy.fields import hides_something
from pgtoll_policy.naming import is_system_schema
from pgtoll_policy.objects import fold, parse_object

_KINDS = {
    "r": "table",
    "p": "partitioned table",
    "f": "foreign table",
    "v": "view",
    "m": "materialized view",
}
_VIEWS = frozenset({"view", "materialized view"})
# Temporary relations are nobody's product; TOAST tables have a kind of their own.
_RELATIONS = (
    "SELECT n.nspname, c.relname, c.relkind::text, r.relname"
    " FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_class r"
    " ON c.relispartition AND r.oid = pg_catalog.pg_partition_root(c.oid)"
    " WHERE c.relkind::text = ANY (%s) AND c.relpersistence <> 't'"
    ' ORDER BY c.relname COLLATE "C", n.nspname COLLATE "C"'
)


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation as the database has it."""

    schema: str
    name: str
    kind: str
    root: str | None = None  # of a partition: the name of the table that it is a part of


@dataclass(frozen=True, slots=True)
class CustomTable:
    """A table for a product's index."""

    object: str  # as the index names it
    kind: str
    schemas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomTables:
    """What is under a prefix."""

    tables: tuple[CustomTable, ...]
    views: tuple[str, ...]  # left out


def find_tables(dsn: str, prefix: str) -> CustomTables:
    """Return what is under a prefix in a database. Raises ConfigError when it cannot be read."""
    try:
        with psycopg.connect(dsn, connect_timeout=CONNECT_SECONDS) as connection:
            connection.read_only = True
            rows = connection.execute(_RELATIONS.encode(), [list(_KINDS)]).fetchall()
    except psycopg.Error as exc:
        raise ConfigError(f"--from-dsn: cannot read the tables: {first_line(exc)}") from exc
    return under_prefix((Relation(s, n, _KINDS[kind], root) for s, n, kind, root in rows), prefix)


def under_prefix(relations: Iterable[Relation], prefix: str) -> CustomTables:
    """Return the relations whose names start with a prefix, in any case of its letters."""
    start = fold(prefix)
    ours = [
        one
        for one in relations
        if fold(one.name).startswith(start) and not is_system_schema(one.schema)
    ]
    found: dict[str, list[Relation]] = {}
    for one in ours:
        part = one.root is not None and fold(one.root).startswith(start)
        if one.kind not in _VIEWS and not part:
            found.setdefault(fold(object_of(one.name)), []).append(one)
    views = sorted({one.name for one in ours if one.kind in _VIEWS})
    return CustomTables(tuple(map(_table, found.values())), tuple(views))


def _table(relations: list[Relation]) -> CustomTable:
    kinds = dict.fromkeys(one.kind for one in relations)
    schemas = dict.fromkeys(one.schema for one in relations)
    return CustomTable(object_of(relations[0].name), ", ".join(kinds), tuple(schemas))


def object_of(name: str) -> str:
    """Return how an index names a table: as it is called, with * for what it cannot hold.

    That is a dot, which would stand between schema and name, a double quote, a blank at the end,
    and what does not show. It is a pattern then, and may mean other tables of the same prefix too.
    """
    text = "".join("*" if each in '."' or hides_something(each) else each for each in name)
    body = text.rstrip()
    text = body if len(body) == len(text) else f"{body}*"
    parse_object(text)
    return text
