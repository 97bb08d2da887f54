"""Schema pgtoll in a database: created, brought up to date, or found to be missing."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgtoll.engine.abilities import Abilities, engine_name
from pgtoll.engine.dialect import adapted, differing
from pgtoll.engine.older import OLDEST, OLDEST_OTHER, as_spoken
from pgtoll.engine.probes import check_needs, function_names, probe
from pgtoll.engine.ways import Ways, choose
from pgtoll.errors import ConfigError, StoreError
from pgtoll.store.link import Connection, connect, store_errors
from pgtoll.store.reference import read_reference

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
    abilities: Abilities  # what else the server can do

    @property
    def ways(self) -> Ways:
        """How to go about each check here."""
        return choose(self.abilities)


def migrations() -> tuple[Migration, ...]:
    """Return every step, from the first to the present version."""
    return tuple(sorted(_read_steps(), key=lambda step: step.version))


def _read_steps() -> Iterator[Migration]:
    for file in files("pgtoll").joinpath("schema").iterdir():
        if match := _FILE_NAME.fullmatch(file.name):
            yield Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"))


async def initialise(dsn: str, *, steps: tuple[Migration, ...] | None = None) -> tuple[int, ...]:
    """Create or upgrade schema pgtoll, and return the versions that were new.

    Nothing happens when it is up to date and its functions are those that the server can run. Any
    number may run at once. Raises ConfigError for a role that may not and a server that cannot be
    served, StoreError for anything else.
    """
    connection = await connect(dsn)
    try:
        async with store_errors("initialise schema pgtoll"):
            await _check_role(connection)
            await check_needs(connection)
            applied = [step for step in steps or migrations() if await _apply(connection, step)]
            if steps is None:
                await _use_rights(connection)
                await _adapt(connection)
    finally:
        await connection.close()
    return tuple(step.version for step in applied)


async def server_facts(dsn: str) -> ServerFacts:
    """Return what a proxy must know. Raises StoreError that says how to put right what is wrong."""
    connection = await connect(dsn)
    try:
        async with store_errors("read schema pgtoll"):
            version = await _version(connection)
            _check_version(version, dsn)
            await _check_counting(connection)
            return ServerFacts(
                server_version=connection.info.server_version,
                schema_version=version,
                tells_of_ddl=await _tells_of_ddl(connection),
                abilities=await probe(connection),
            )
    finally:
        await connection.close()


async def find_abilities(dsn: str) -> Abilities:
    """Return what a server can do. Raises StoreError when it cannot be asked."""
    connection = await connect(dsn)
    try:
        async with store_errors("find out what the server can do"):
            return await probe(connection)
    finally:
        await connection.close()


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


async def _check_role(connection: Connection) -> None:
    """Refuse a role that cannot make the schema; what else it lacks makes guarantees weaker."""
    await _check_age(connection)
    cursor = await connection.execute(
        "SELECT r.rolname, r.rolsuper, has_database_privilege(current_database(), 'CREATE')"
        " OR EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'pgtoll'"
        "  AND pg_has_role(n.nspowner, 'USAGE')),"
        " r.rolcreaterole OR EXISTS (SELECT FROM pg_roles m WHERE m.rolname = 'pgtoll_manager')"
        " FROM pg_roles r WHERE r.rolname = current_user"
    )
    (row,) = await cursor.fetchall()
    name, superuser, *able = row
    needs = ["CREATE on the database", "CREATEROLE"]
    missing = [need for need, has in zip(needs, able, strict=True) if not has]
    if missing and not superuser:
        raise ConfigError(
            f"server: role {name} is not a superuser and lacks {', '.join(missing)}: "
            "grant it that, or give a superuser's connection string"
        )


async def _check_age(connection: Connection) -> None:
    """Refuse what speaks as a PostgreSQL that is too old."""
    speaks = connection.info.server_version
    if speaks >= OLDEST_OTHER:
        return
    cursor = await connection.execute("SELECT version()")
    ((version,),) = await cursor.fetchall()
    name, plain = engine_name(str(version)), f"PostgreSQL {speaks // 10000}"
    if not name.startswith("PostgreSQL"):
        needed = OLDEST_OTHER // 10000
        raise ConfigError(
            f"server: {name}, which speaks as {plain}, is too old, {needed} is needed"
        )
    if speaks < OLDEST:
        raise ConfigError(f"server: {plain} is too old, {OLDEST // 10000} is needed")


async def _apply(connection: Connection, step: Migration) -> bool:
    """Apply one step unless it was, and return whether it was new."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if await _version(connection) >= step.version:
            return False
        sql = as_spoken(step.sql, connection.info.server_version)
        await connection.execute(sql.encode())
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
    """Do what takes more rights, as far as it is not done: what fails is told by a probe."""
    for sql in (b"SELECT pgtoll.listen_to_ddl()", b"SELECT pgtoll.keep_row_types()"):
        with suppress(psycopg.Error):
            async with connection.transaction():
                await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
                await connection.execute(sql)


_FUNCTIONS = """
SELECT p.proname, pg_get_function_identity_arguments(p.oid), p.prosrc, p.proconfig
FROM pg_proc p WHERE p.pronamespace = 'pgtoll'::regnamespace
"""


async def _adapt(connection: Connection) -> None:
    """Make our functions those that the server can run."""
    reference = read_reference(step.sql for step in migrations())
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        wanted = adapted(reference, await probe(connection))
        rows = await (await connection.execute(_FUNCTIONS.encode())).fetchall()
        for definition in differing(wanted, function_names(rows)):
            await connection.execute(definition.encode())


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
