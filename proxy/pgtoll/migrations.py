"""Schema pgtoll in a database: created, brought up to date, or found to be missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgtoll.errors import ConfigError, StoreError
from pgtoll.link import Connection, connect, store_errors

OLDEST_SERVER = 150000
_LOCK = 8097829  # the advisory lock of whoever changes schema pgtoll; any number of our own
_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, from the version before to its own."""

    version: int
    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What a proxy must know of the database before it serves."""

    server_version: int  # as server_version_num has it: 180006
    schema_version: int
    tells_of_ddl: bool  # whether NOTIFY follows DDL at once; else the proxy must look for changes


def migrations() -> tuple[Migration, ...]:
    """Return every step, from the first to the present version."""
    return tuple(sorted(_read_steps(), key=lambda step: step.version))


def _read_steps() -> Iterator[Migration]:
    for file in files("pgtoll").joinpath("schema").iterdir():
        if match := _FILE_NAME.fullmatch(file.name):
            yield Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"))


async def initialise(dsn: str, *, steps: tuple[Migration, ...] | None = None) -> tuple[int, ...]:
    """Create or upgrade schema pgtoll, and return the versions that were new.

    Nothing happens when it is up to date. Any number may run at once. Raises ConfigError for a role
    that may not, StoreError for anything else.
    """
    connection = await connect(dsn)
    try:
        async with store_errors("initialise schema pgtoll"):
            superuser = await _check_role(connection)
            applied = [step for step in steps or migrations() if await _apply(connection, step)]
            if superuser and steps is None:
                await _use_rights(connection)
    finally:
        await connection.close()
    return tuple(step.version for step in applied)


async def server_facts(dsn: str) -> ServerFacts:
    """Return what a proxy must know. Raises StoreError that says how to put right what is wrong."""
    connection = await connect(dsn)
    try:
        async with store_errors("read schema pgtoll"):
            facts = ServerFacts(
                server_version=connection.info.server_version,
                schema_version=await _version(connection),
                tells_of_ddl=await _tells_of_ddl(connection),
            )
            await _check_counting(connection)
    finally:
        await connection.close()
    _check_version(facts.schema_version, dsn)
    return facts


def _check_version(version: int, dsn: str) -> None:
    newest = migrations()[-1].version
    if version < newest:
        what = "is missing" if version == 0 else f"is at version {version}, not {newest}"
        raise StoreError(f"schema pgtoll {what}: run pgtoll init --server {_shown(dsn)!r}")
    if version > newest:
        raise StoreError(f"schema pgtoll is at version {version}, newer than this program's")


def _shown(dsn: str) -> str:
    parts = conninfo_to_dict(dsn)
    parts.pop("password", None)
    return make_conninfo("", **parts)


async def _check_role(connection: Connection) -> bool:
    """Refuse a role that could not see every row it must count; tell whether it is superuser."""
    if connection.info.server_version < OLDEST_SERVER:
        raise ConfigError(
            f"server: PostgreSQL {connection.info.server_version // 10000} is too old, 15 is needed"
        )
    cursor = await connection.execute(
        "SELECT r.rolname, r.rolsuper, r.rolbypassrls,"
        " pg_has_role(r.oid, 'pg_read_all_data', 'USAGE'),"
        " has_database_privilege(current_database(), 'CREATE'),"
        " r.rolcreaterole OR EXISTS (SELECT FROM pg_roles m WHERE m.rolname = 'pgtoll_manager')"
        " FROM pg_roles r WHERE r.rolname = current_user"
    )
    (row,) = await cursor.fetchall()
    name, superuser, *able = row
    needs = ["BYPASSRLS", "role pg_read_all_data", "CREATE on the database", "CREATEROLE"]
    missing = [need for need, has in zip(needs, able, strict=True) if not has]
    if missing and not superuser:
        raise ConfigError(
            f"server: role {name} is not a superuser and lacks {', '.join(missing)}: "
            "grant it that, or give a superuser's connection string"
        )
    return bool(superuser)


async def _apply(connection: Connection, step: Migration) -> bool:
    """Apply one step unless it was, and return whether it was new."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if await _version(connection) >= step.version:
            return False
        await connection.execute(step.sql.encode())
        await connection.execute(
            "INSERT INTO pgtoll.migration (version, name) VALUES (%s, %s)",
            [step.version, step.name],
        )
    return True


async def _version(connection: Connection) -> int:
    """Return the version of the schema that is there, 0 when there is none."""
    try:
        async with connection.transaction():
            cursor = await connection.execute("SELECT max(version) FROM pgtoll.migration")
            (row,) = await cursor.fetchall()
    except (errors.UndefinedTable, errors.InvalidSchemaName):
        return 0
    return row[0] or 0


async def _use_rights(connection: Connection) -> None:
    """Do what only a superuser may, as far as it is not done."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        await connection.execute("SELECT pgtoll.listen_to_ddl(), pgtoll.keep_row_types()")


async def _tells_of_ddl(connection: Connection) -> bool:
    cursor = await connection.execute(
        "SELECT current_setting('max_prepared_transactions')::int = 0 AND 2 ="
        " (SELECT count(*) FROM pg_event_trigger t"
        "  WHERE t.evtname IN ('pgtoll_ddl_end', 'pgtoll_sql_drop') AND t.evtenabled IN ('O', 'A'))"
    )
    (row,) = await cursor.fetchall()
    return bool(row[0])


async def _check_counting(connection: Connection) -> None:
    """Refuse a server that does not count what transactions do: the cap is built on that."""
    cursor = await connection.execute("SELECT current_setting('track_counts')::bool")
    (row,) = await cursor.fetchall()
    if not row[0]:
        raise StoreError("track_counts is off: set it to on in postgresql.conf")
