"""What a server can do, found out by trying, in transactions that are undone.

Nothing here goes by the name of an engine or a version: what answers as PostgreSQL does is used.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import LiteralString

import psycopg
from psycopg import errors

from pgtoll.engine.abilities import Abilities, engine_name
from pgtoll.engine.dialect import There
from pgtoll.engine.older import CONSISTENCY, as_spoken
from pgtoll.errors import ConfigError
from pgtoll.store.link import Connection, first_line

SHOWN = 3  # tables whose rows are hidden, by name

# What nothing stands in for: without it there is no pgtoll.
_NEEDED: tuple[tuple[str, LiteralString], ...] = (
    ("code in PL/pgSQL", "DO $$ BEGIN PERFORM 1; END $$"),
    (
        "the numbers of transactions",
        "SELECT pg_catalog.pg_current_snapshot(), pg_catalog.pg_current_xact_id(),"
        " pg_catalog.pg_xact_status(pg_catalog.pg_current_xact_id())",
    ),
    ("advisory locks", "SELECT pg_catalog.pg_advisory_xact_lock(8097828)"),
    (
        "the system catalogs",
        "SELECT c.xmin, p.prosrc, r.ev_action, d.deptype, i.inhparent"
        " FROM pg_catalog.pg_class c, pg_catalog.pg_proc p, pg_catalog.pg_rewrite r,"
        " pg_catalog.pg_depend d, pg_catalog.pg_inherits i, pg_catalog.pg_trigger,"
        " pg_catalog.pg_attrdef, pg_catalog.pg_constraint, pg_catalog.pg_policy,"
        " pg_catalog.pg_operator, pg_catalog.pg_cast, pg_catalog.pg_type,"
        " pg_catalog.pg_event_trigger, pg_catalog.pg_language, pg_catalog.pg_auth_members,"
        " pg_catalog.pg_parameter_acl, pg_catalog.pg_partitioned_table LIMIT 0",
    ),
)
# The functions that count: a row that was put into a table and read again has to show in each.
_COUNTS: LiteralString = """
SELECT pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) > 0
  AND pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) >= 0
  AND pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) >= 0
  AND pg_catalog.pg_stat_get_xact_numscans(c.oid) > 0
  AND pg_catalog.pg_stat_get_xact_blocks_fetched(c.oid) > 0
FROM pg_catalog.pg_class c WHERE c.oid = {table}
"""
_LOCKS: LiteralString = """
SELECT pg_catalog.count(*) > 0 FROM pg_catalog.pg_lock_status() l
WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'
  AND l.mode = 'RowExclusiveLock' AND l.relation = {table}
  AND 0 <= (SELECT pg_catalog.count(*) FROM (SELECT FROM pg_catalog.pg_locks LIMIT 1) v)
"""
_HIDDEN: LiteralString = """
SELECT c.oid::pg_catalog.regclass::pg_catalog.text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND NOT c.relispartition AND n.nspname <> 'pgtoll'
  AND NOT (pg_catalog.has_table_privilege(c.oid, 'SELECT')
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND NOT pg_catalog.row_security_active(c.oid))
ORDER BY 1
"""
_FLUSHES: LiteralString = """
SELECT pg_catalog.has_function_privilege(
  'public', 'pg_catalog.pg_stat_force_next_flush()', 'EXECUTE')
"""
_TRIGGERS: LiteralString = """
SELECT 2 = pg_catalog.count(*) FROM pg_catalog.pg_event_trigger t
WHERE t.evtname IN ('pgtoll_ddl_end', 'pgtoll_sql_drop') AND t.evtenabled IN ('O', 'A')
"""
_TRIES_TRIGGER: LiteralString = """
CREATE FUNCTION {schema}.pgtoll_probe() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER pgtoll_probe ON ddl_command_end EXECUTE FUNCTION {schema}.pgtoll_probe()
"""
_OWNER: LiteralString = """
SELECT r.oid::pg_catalog.regrole::pg_catalog.text, r.rolsuper, r.rolbypassrls,
  n.oid IS NOT NULL, r.rolname <> current_user
FROM (SELECT) one
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'pgtoll'
JOIN pg_catalog.pg_roles r ON r.oid = coalesce(n.nspowner,
  (SELECT u.oid FROM pg_catalog.pg_roles u WHERE u.rolname = current_user))
"""


async def check_needs(connection: Connection) -> None:
    """Raise ConfigError, in one line, when a server lacks what nothing stands in for."""
    engine = await _engine(connection)
    for what, sql in _NEEDED:
        asked = as_spoken(sql, connection.info.server_version)
        if reason := await _Trying(connection).reason(asked, what):
            raise ConfigError(f"server: {engine} cannot be served by pgtoll: {reason}")


async def probe(connection: Connection) -> Abilities:
    """Return what a server can do for the owner of schema pgtoll, or who is to be.

    Everything is undone. The connection must not be in a transaction. If its role is another, and
    may not become the owner, what it may do itself is taken for what the owner may: the checks run
    by the owner's rights, which are no less than those it has granted. Raises psycopg's errors.
    """
    engine = await _engine(connection)
    async with connection.transaction(force_rollback=True):
        (row,) = await _all(connection, _OWNER)
        owner, superuser, bypasses, installed, other = row
        if other:
            async with _suppressed(connection):
                await connection.execute(f"SET LOCAL ROLE {owner}".encode())
        found = Abilities(engine, str(owner), bool(superuser), bool(bypasses))
        found = replace(found, speaks=connection.info.server_version)
        return await _probed(connection, found, installed=bool(installed))


async def _engine(connection: Connection) -> str:
    version = (await _all(connection, "SELECT version()"))[0][0]
    async with _suppressed(connection):
        sql: LiteralString = "SELECT extversion FROM pg_extension WHERE extname = 'citus'"
        rows = await _all(connection, sql)
        return engine_name(str(version), str(rows[0][0]) if rows else "")
    return engine_name(str(version))


async def _probed(connection: Connection, found: Abilities, *, installed: bool) -> Abilities:
    trying = _Trying(connection)
    hidden = [] if found.superuser else [str(row[0]) for row in await _all(connection, _HIDDEN)]
    # Without our own table a temporary one has to do.
    table, schema = ("pgtoll.probe", "pgtoll") if installed else ("pg_temp.pgtoll_probe", "pg_temp")
    made = "" if installed else f"CREATE TEMP TABLE pgtoll_probe () ON COMMIT DROP; {_FILL}"
    filled = made or _FILL
    oid = f"'{table}'::pg_catalog.regclass"
    return replace(
        found,
        hidden=tuple(hidden[:SHOWN]),
        most_hidden=len(hidden),
        counts=await trying.refutes(
            filled.format(table=table),
            _COUNTS.format(table=oid),
            what="counts of what a transaction does (pg_stat_get_xact_*)",
            else_="the server does not count what a transaction does (pg_stat_get_xact_*)",
        ),
        locks=await trying.refutes(
            filled.format(table=table),
            _LOCKS.format(table=oid),
            what="locks of its own to show (pg_locks)",
            else_="the server does not show what a transaction has locked (pg_locks)",
        ),
        fresh=await trying.reason(
            f"SET LOCAL {CONSISTENCY} = none", f"counts that are true at once ({CONSISTENCY})"
        ),
        flushes=await trying.refutes(
            "SELECT 1",
            _FLUSHES,
            what="pg_stat_force_next_flush()",
            else_="not everybody may call pg_stat_force_next_flush()",
        ),
        event_triggers=await _event_triggers(trying, schema),
        notifies=await trying.reason(
            "SELECT pg_catalog.pg_notify('pgtoll', ''); LISTEN pgtoll", "LISTEN and NOTIFY"
        ),
        prepares=await _prepares(connection),
        instance=await trying.reason("SELECT pg_catalog.pg_control_system()", "an identifier"),
        distributed=bool(
            (await _all(connection, "SELECT to_regclass('pg_catalog.pg_dist_partition')"))[0][0]
        ),
    )


_FILL = "INSERT INTO {table} DEFAULT VALUES; SELECT FROM {table}"


async def _event_triggers(trying: "_Trying", schema: str) -> str:
    there = await trying.refutes("SELECT 1", _TRIGGERS, what="event triggers", else_="none")
    if not there:
        return ""
    if reason := await trying.reason(_TRIES_TRIGGER.format(schema=schema), "event triggers"):
        return reason
    return "its event triggers are missing or disabled: run pgtoll init"


async def _prepares(connection: Connection) -> bool:
    async with _suppressed(connection):
        sql: LiteralString = "SELECT current_setting('max_prepared_transactions')::int > 0"
        return bool((await _all(connection, sql))[0][0])
    return False


class _Trying:
    """Statements that may fail, each in a part of the transaction that is undone."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def reason(self, sql: str, what: str) -> str:
        """Return why statements fail, "" when they do not."""
        try:
            async with self._connection.transaction(force_rollback=True):
                await self._connection.execute(sql.encode())
        except psycopg.OperationalError as exc:
            if self._connection.broken:
                raise
            return _words(exc, what)
        except psycopg.Error as exc:
            return _words(exc, what)
        return ""

    async def refutes(self, before: str, question: str, *, what: str, else_: str) -> str:
        """Return why a question fails behind other statements, or `else_` if it is not true."""
        try:
            async with self._connection.transaction(force_rollback=True):
                await self._connection.execute(before.encode())
                rows = await _all(self._connection, question)
        except psycopg.OperationalError as exc:
            if self._connection.broken:
                raise
            return _words(exc, what)
        except psycopg.Error as exc:
            return _words(exc, what)
        return "" if rows and rows[0][0] else else_


def _words(exc: psycopg.Error, what: str) -> str:
    if isinstance(exc, errors.UndefinedFunction | errors.UndefinedTable | errors.UndefinedObject):
        return f"the server has no {what}: {first_line(exc)}"
    return f"it does not give us {what}: {first_line(exc)}"


@asynccontextmanager
async def _suppressed(connection: Connection) -> AsyncIterator[None]:
    """Undo what fails, and go on behind it."""
    try:
        async with connection.transaction():
            yield
    except psycopg.Error:
        if connection.broken:
            raise


async def _all(connection: Connection, sql: str) -> list[tuple[object, ...]]:
    return await (await connection.execute(sql.encode())).fetchall()


def function_names(rows: Iterable[tuple[object, ...]]) -> list[There]:
    """Return rows about functions as `dialect.differing` takes them."""
    return [
        (str(name), str(arguments), str(body), frozenset(_names(settings)))
        for name, arguments, body, settings in rows
    ]


def _names(settings: object) -> Iterable[str]:
    lines = settings if isinstance(settings, list) else []
    return (str(line).partition("=")[0] for line in lines)
