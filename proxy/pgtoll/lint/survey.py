"""Reads what the checks go by: the store, the served database, and the code in it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from pgtoll.catalog.snapshot import load_rows
from pgtoll.config import Config
from pgtoll.lint.ground import Ground, Measure, Unread
from pgtoll.office import tables
from pgtoll.office.holdings import Held, Holdings
from pgtoll.office.idleness import read_uses
from pgtoll.office.links import Links
from pgtoll.office.models import TableCap
from pgtoll.office.tables import Table
from pgtoll.parsing.bodies import Bodies
from pgtoll.parsing.parsers import Parsers
from pgtoll.store.link import Connection, connect, store_errors
from pgtoll_policy.body import AGGREGATE, READABLE, Body, BodyText
from pgtoll_policy.policy import State
from pgtoll_policy.routines import NO_BODIES, OUR_SCHEMA, judge_functions, text_of
from pgtoll_policy.rows import CatalogRows, FunctionRow
from pgtoll_policy.system_relations import VALUE_HOLDERS

BODIES_SECONDS = 120.0  # for reading the bodies of all functions
COUNTED_TOGETHER = 100  # tables whose rows one question counts

# In 8 kB there is room for 291 rows: what is smaller than so many of them is not counted.
_LARGE = """
    SELECT c.oid::bigint FROM unnest(%(tables)s::bigint[]) t (oid) JOIN pg_class c ON c.oid = t.oid
    WHERE c.relkind <> 'r' OR pg_relation_size(c.oid) / 8192 * 300 >= %(least)s
"""
_LOGINS = """
    SELECT rolname::text, rolcanlogin AND (rolvaliduntil IS NULL OR rolvaliduntil > now())
    FROM pg_roles
"""

Told = Callable[[str], None]  # is called with what is being done


async def survey(config: Config, measure: Measure, now: datetime, told: Told) -> Ground:
    """Return everything that the checks go by. Raises StoreError."""
    store = Links(config.store.dsn, 1)
    served = Links(config.server.dsn, 1)
    try:
        told("reading licenses and seats")
        async with store.moment("read the licenses") as connection:
            held = await Holdings.of(config).read(connection)
            uses = await read_uses(connection)
        async with served.moment("read the roles and tables") as connection:
            logins = await _all(connection, _LOGINS)
            named = await _all(connection, "SELECT rolename FROM pgtoll.impersonator")
            found = await tables.read_tables(connection)
        belongs = tables.products_by_table(found, held.policy)
        told("counting the rows of tables in demo mode")
        fullest = await _fullest(served, held, found, measure, now)
        rows, unread = await _code(config, told)
    finally:
        await store.close()
        await served.close()
    return Ground(
        held=held,
        now=now,
        uses=uses,
        logins={str(name): bool(may) for name, may in logins},
        impersonated=bool(config.identity.impersonators or named),
        relations=rows.relations,
        tables=found,
        belongs=belongs,
        fullest=fullest,
        unread=unread,
    )


async def _all(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    cursor = await connection.execute(sql.encode())
    return await cursor.fetchall()


async def _fullest(
    served: Links, held: Held, found: Iterable[Table], measure: Measure, now: datetime
) -> tuple[TableCap, ...]:
    """Return the tables in demo mode that are large enough to be near the cap, with their rows."""
    policy = held.policy
    demo = frozenset(
        code for code in policy.products if policy.seated(code, None, now).state is State.DEMO
    )
    counted, products, _ = tables.capped(found, demo, policy)
    least = policy.cap * measure.cap_percent // 100
    async with served.transaction("look for large tables") as connection:
        asked = {"tables": [one.oid for one in counted], "least": least}
        cursor = await connection.execute(_LARGE, asked)
        large = {row[0] for row in await cursor.fetchall()}
    wanted = [one for one in counted if one.oid in large]
    result: list[TableCap] = []
    for at in range(0, len(wanted), COUNTED_TOGETHER):
        async with served.transaction("count the rows of tables") as connection:
            some = wanted[at : at + COUNTED_TOGETHER]
            result += await tables.count_rows(connection, some, policy, products)
    return tuple(result)


# Code


async def _code(config: Config, told: Told) -> tuple[CatalogRows, tuple[Unread, ...]]:
    told("reading the catalog")
    connection = await connect(config.server.dsn)
    try:
        async with store_errors("read the catalog"):
            rows = await load_rows(connection)
    finally:
        await connection.close()
    parsers = Parsers(strict=config.enforcement.strict_parsers)
    bodies = Bodies(parsers.read_body)
    told(f"reading the code of {len(rows.functions):,} functions")
    try:
        await bodies.learn(rows.functions, BODIES_SECONDS)
    finally:
        await parsers.close()
    trusted = config.enforcement.trusted_functions
    unread = await asyncio.to_thread(unread_functions, rows, trusted, bodies.known)
    return rows, unread


def unread_functions(
    rows: CatalogRows,
    trusted: tuple[str, ...],
    bodies: Mapping[BodyText, Body] = NO_BODIES,
) -> tuple[Unread, ...]:
    """Return the functions that a proxy does not see through, and why."""
    elsewhere = dict.fromkeys(VALUE_HOLDERS, "shows values without touching their tables")
    foreign = (row.name for row in rows.relations if row.kind == "f")
    elsewhere |= dict.fromkeys(foreign, "uses another connection")
    routines = judge_functions(rows.functions, trusted, elsewhere, bodies)
    by_oid = {row.oid: row for row in rows.functions}
    return tuple(
        Unread(
            concern.function,
            by_oid[oid].extension,
            _reason(by_oid[oid], bodies),
            concern.unwatchable,
        )
        for oid, routine in routines.items()
        if (concern := routine.concern) and routine.schema != OUR_SCHEMA
    )


def _reason(row: FunctionRow, bodies: Mapping[BodyText, Body]) -> str:
    """Return why a function is not read."""
    if row.language in ("c", "internal"):
        return "it is compiled code"
    if row.language not in READABLE:
        return f"it is written in {row.language}"
    if row.rewired:
        return "it sets a parameter that changes how its text is read"
    text = text_of(row)
    if text is None:
        return "it works outside the session"
    if (body := bodies.get(text)) is None:
        return "there was no time to read it"
    return body.opaque or ("it is an aggregate" if row.language == AGGREGATE else "it is not clear")
