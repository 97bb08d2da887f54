"""Servers from which something was taken away, and what they then stand for.

Engines that speak as PostgreSQL and lack some of it are not at hand. What they lack is taken from a
real server instead: a privilege, a function, or the truth of what a function says.
"""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from licensing import Licensing, Vendor
from proxies import Proxy, license_add_on, running_proxy
from psycopg.conninfo import make_conninfo
from servers import Postgres

from pgtoll.engine.abilities import Abilities
from pgtoll.store.migrations import find_abilities, initialise

COUNTS = tuple(
    f"pg_stat_get_xact_{what}"
    for what in (
        "tuples_inserted",
        "tuples_updated",
        "tuples_deleted",
        "numscans",
        "blocks_fetched",
    )
)


def kept(*functions: str) -> tuple[str, ...]:
    """Statements that keep functions of PostgreSQL's from everybody but superusers."""
    return tuple(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{one} FROM PUBLIC" for one in functions)


def gone(*functions: str) -> tuple[str, ...]:
    """Statements after which the server has no functions of these names."""
    return tuple(f"ALTER FUNCTION pg_catalog.{one} RENAME TO {one}_gone" for one in functions)


# Statements of a superuser's in the database, and what they stand for.
NOTHING: tuple[str, ...] = ()
NO_COUNTS = kept(*COUNTS)
GONE_COUNTS = gone(*COUNTS)
FALSE_COUNTS = tuple(
    f"CREATE OR REPLACE FUNCTION pg_catalog.{one}(oid) RETURNS int8 LANGUAGE sql"
    " AS 'SELECT 0::int8'"
    for one in COUNTS
)
NO_LOCKS = (*kept("pg_lock_status()"), "REVOKE SELECT ON pg_catalog.pg_locks FROM PUBLIC")
GONE_LOCKS = gone("pg_lock_status")
NO_NOTIFY = kept("pg_notify(text, text)")


@dataclass(frozen=True)
class Lesser:
    """A database whose schema pgtoll belongs to a role that may not do everything."""

    database: Postgres  # as the superuser
    keeper: Postgres  # as the role of `pgtoll serve`
    licensing: Licensing
    trust: Path
    alice: str  # has a seat of whatever has seats
    bob: str  # has none

    def run(self, *statements: str) -> None:
        """Run statements as the superuser, each by itself."""
        with self.database.connect() as session:
            for sql in statements:
                session.execute(sql.encode())

    def rows(self, table: str) -> int:
        """Return how many rows of a table are committed."""
        with self.database.connect() as session:
            row = session.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
        assert row is not None
        return int(str(row[0]))

    @property
    def abilities(self) -> Abilities:
        """What the server can do for the owner of schema pgtoll."""
        return asyncio.run(find_abilities(self.keeper.dsn))

    def initialise(self) -> None:
        """Run `pgtoll init` as that owner."""
        asyncio.run(initialise(self.keeper.dsn))

    @contextmanager
    def proxy(self, *options: str, mode: str = "enforce") -> Iterator[Proxy]:
        """Run `pgtoll serve` as that owner."""
        with running_proxy(self.keeper, self.trust, mode=mode, options=options) as proxy:
            yield proxy


@contextmanager
def lesser(
    server: Postgres, directory: Path, *taken: str, licensed: bool, superuser: bool = False
) -> Iterator[Lesser]:
    """Make a database without some of what PostgreSQL has, and run `pgtoll init` in it.

    If `licensed`, base is for everybody and the add-on for Alice alone; else all is in demo mode.
    """
    suffix = secrets.token_hex(4)
    keeper, alice, bob = (f"{name}_{suffix}" for name in ("keeper", "alice", "bob"))
    database = server.new_database(f"lesser_{suffix}")
    try:
        owns = "SUPERUSER" if superuser else "CREATEROLE"
        database.execute(
            f"CREATE ROLE {keeper} LOGIN {owns};"
            f"CREATE ROLE {alice} LOGIN; CREATE ROLE {bob} LOGIN;"
            f"ALTER DATABASE {database.dbname} OWNER TO {keeper};"
            f"GRANT CREATE ON DATABASE {database.dbname} TO {alice}, {bob};"
            "GRANT CREATE ON SCHEMA public TO PUBLIC"
        )
        trust = directory / f"trust-{suffix}"
        trust.mkdir()
        vendor = Vendor.new()
        (trust / "vendor.pub").write_bytes(vendor.public)
        of_keeper = replace(database, user=keeper)
        here = Lesser(database, of_keeper, Licensing(database, vendor), trust, alice, bob)
        here.run("SET allow_system_table_mods = on", *taken)
        here.initialise()
        if licensed:
            license_add_on(here.licensing, alice)
        yield here
    finally:
        database.drop_database()
        for role in (keeper, alice, bob):
            server.execute(f"DROP ROLE IF EXISTS {role}")


def login(here: Postgres, user: str) -> str:
    """Return the connection string of a role, beside any proxy."""
    return make_conninfo(here.dsn, user=user)
