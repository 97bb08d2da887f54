"""Where honest statements run: one database behind a proxy, and two like it beside the proxy.

What differs between the two beside it is volatile: no word about the proxy.
"""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from licensing import BASE, MARKETING, Licensing, Vendor
from proxies import Proxy, running_proxy
from servers import Postgres

from pgtoll.store.migrations import initialise

SCHEMA = "shop"  # the user's own
STANDINGS = ("lacking", "demo", "licensed")

# What the user lacks is there, with rows in it, and nothing that is run here asks for it.
LACKED = """
CREATE TABLE public.mrktcampaign (id int PRIMARY KEY, title text, budget numeric);
INSERT INTO public.mrktcampaign SELECT n, 'campaign ' || n, n FROM generate_series(1, 50) n;
CREATE VIEW public.campaigns AS SELECT id, title FROM public.mrktcampaign;
GRANT SELECT ON public.mrktcampaign, public.campaigns TO PUBLIC;
ANALYZE public.mrktcampaign;
"""


@dataclass(frozen=True)
class Stage:
    """The databases, the user and the proxy."""

    user: str
    beside: Postgres
    again: Postgres  # as `beside`
    behind: Postgres
    proxy: Proxy

    @property
    def all(self) -> tuple[Postgres, Postgres, Postgres]:
        return self.beside, self.again, self.behind

    def run(self, sql: str) -> None:
        """Run statements in each database, as the superuser."""
        for database in self.all:
            database.execute(sql)

    def clean(self, schema: str) -> None:
        """Drop a schema, and what would keep it: transactions that nobody ended."""
        for database in self.all:
            _roll_back_prepared(database)
            database.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")

    def checks(self) -> int:
        """Return how often the witness was asked in sessions that have ended."""
        with self.behind.connect() as session:
            row = session.execute(
                "SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions "
                "WHERE schemaname = 'pgtoll' AND funcname = 'witness'"
            ).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def stage(server: Postgres, directory: Path, standing: str) -> Iterator[Stage]:
    """Make the databases and start the proxy, for a user of one standing."""
    user = f"honest_{secrets.token_hex(3)}"
    databases: list[Postgres] = []
    try:
        server.execute(f"CREATE ROLE {user} LOGIN")
        for _ in range(3):
            databases.append(_database(server, user))
        trust = _license(databases[-1], directory, user, standing)
        with running_proxy(databases[-1], trust) as proxy:
            beside, again, behind = databases
            yield Stage(user, beside, again, behind, proxy)
    finally:
        for database in databases:
            _roll_back_prepared(database)
            database.drop_database()
        server.execute(f"DROP ROLE IF EXISTS {user}")


def _database(server: Postgres, user: str) -> Postgres:
    """Return a new database that has schema pgtoll, and something that is licensed."""
    database = server.new_database(f"honest_{secrets.token_hex(4)}")
    asyncio.run(initialise(database.dsn))
    database.execute(LACKED)
    database.execute(
        f"GRANT CREATE, TEMPORARY ON DATABASE {database.dbname} TO {user};"
        f"GRANT CREATE ON SCHEMA public TO {user};"
        f"ALTER DATABASE {database.dbname} SET track_functions = 'all'"
    )
    return replace(database, version=server.version)


def _roll_back_prepared(database: Postgres) -> None:
    with database.connect() as session:
        for (name,) in session.execute(
            "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()"
        ).fetchall():
            session.execute(f"ROLLBACK PREPARED '{name}'".encode())


def _license(database: Postgres, directory: Path, user: str, standing: str) -> Path:
    vendor = Vendor.new()
    trust = directory / "trust"
    trust.mkdir(exist_ok=True)
    (trust / f"{secrets.token_hex(4)}.pub").write_bytes(vendor.public)
    licensing = Licensing(database, vendor)
    if standing != "demo":
        licensing.upload(vendor.product(), vendor.license(BASE), vendor.license(MARKETING, seats=1))
        licensing.grant(MARKETING, user if standing == "licensed" else "somebody_else")
    return trust
