"""The tables of the served database, and the products that they belong to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pgtoll.office.models import TableCap
from pgtoll.store.link import Connection
from pgtoll_policy.documents import BASE
from pgtoll_policy.policy import Policy

_NOBODY: frozenset[str] = frozenset()
_BASE = frozenset({BASE})

# What may hold rows of its own, but no temporary table and none of a system's schema.
_TABLES = """
    SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text, c.relispartition,
      ARRAY(SELECT i.inhparent::bigint FROM pg_inherits i WHERE i.inhrelid = c.oid),
      ARRAY(SELECT p.code FROM pgtoll.pin x JOIN pgtoll.product p ON p.id = x.product
        WHERE x.relation = c.oid),
      greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::float8
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'pgtoll')
    ORDER BY 1
"""

# A table that somebody locks exclusively, or waits to, would keep us waiting.
_ROWS = """
    WITH locked AS MATERIALIZED (
      SELECT l.relation FROM pg_locks l JOIN pg_database d ON d.oid = l.database
      WHERE d.datname = current_database() AND l.mode = 'AccessExclusiveLock'
    )
    SELECT t.oid, CASE
      WHEN NOT EXISTS (SELECT FROM locked l WHERE l.relation = t.oid::oid)
      THEN pgtoll.rows_up_to(%(most)s, pgtoll.know(t.oid::oid)) END
    FROM unnest(%(tables)s::bigint[]) t (oid) JOIN pg_class c ON c.oid = t.oid
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table. A partition's rows count as those of its topmost table."""

    oid: int
    schema: str
    name: str
    kind: str
    partition: bool
    parents: Sequence[int]
    pins: Sequence[str]
    rows: float  # as the planner believes

    @property
    def path(self) -> str:
        return f"{self.schema}.{self.name}"


async def read_tables(connection: Connection) -> tuple[Table, ...]:
    """Return all tables of the database that is served."""
    cursor = await connection.execute(_TABLES)
    return tuple([Table(*row) for row in await cursor.fetchall()])


def products_by_table(tables: Iterable[Table], policy: Policy) -> Mapping[int, frozenset[str]]:
    """Return the products of each table: its pins', or those naming it, its parents', or base."""
    by_oid = {table.oid: table for table in tables}
    found: dict[int, frozenset[str]] = {}
    for oid in by_oid:
        _settle(oid, by_oid, policy, found)
    return found


def _settle(
    oid: int, by_oid: Mapping[int, Table], policy: Policy, found: dict[int, frozenset[str]]
) -> frozenset[str]:
    """Find the products of a table, after those of its parents."""
    if oid not in found and (table := by_oid.get(oid)):
        own = frozenset(table.pins) or policy.products_of(table.schema, table.name) - {BASE}
        above = [_settle(parent, by_oid, policy, found) for parent in table.parents]
        found[oid] = own or _NOBODY.union(*above) or _BASE
    return found.get(oid, _NOBODY)


def capped(
    tables: Iterable[Table], demo: frozenset[str], policy: Policy
) -> tuple[list[Table], Mapping[int, frozenset[str]], int]:
    """Return the tables that count while these products are in demo mode, and how many are exempt.

    Of partitions, the topmost table that is one of theirs counts.
    """
    tables = tuple(tables)
    products = products_by_table(tables, policy)
    theirs = {table.oid: table for table in tables if products[table.oid] & demo}
    exempt = {oid for oid, one in theirs.items() if policy.is_exempt(one.schema, one.name)}
    counted = [
        table
        for oid, table in theirs.items()
        if oid not in exempt and not (table.partition and _above(table, theirs))
    ]
    return counted, products, len(exempt)


def _above(table: Table, theirs: Mapping[int, Table]) -> bool:
    return any(parent in theirs for parent in table.parents)


async def count_rows(
    connection: Connection,
    tables: Iterable[Table],
    policy: Policy,
    products: Mapping[int, frozenset[str]],
) -> tuple[TableCap, ...]:
    """Count each table's rows, up to one more than the cap: what takes more is not looked at."""
    tables = tuple(tables)
    await connection.execute("SET LOCAL lock_timeout = '1s'; SET LOCAL row_security = off")
    cursor = await connection.execute(
        _ROWS, {"most": policy.cap + 1, "tables": [table.oid for table in tables]}
    )
    rows: dict[int, int | None] = dict(await cursor.fetchall())
    return tuple(
        TableCap(
            table.schema,
            table.name,
            tuple(sorted(products[table.oid])),
            rows.get(table.oid),
            policy.cap,
        )
        for table in tables
    )
