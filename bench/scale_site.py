"""Databases of any size for bench/scale.py: tables, licensed objects, users, seats."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import LiteralString

import psycopg
from bench.licenses import call
from bench.sites import postgres_15
from license_samples import MARKETING, PERSONAL, SERVER
from psycopg.rows import TupleRow
from servers import Postgres, cluster

from pgtoll_policy.documents import Document, License, Product
from pgtoll_policy.issue import generate_key, parse_private_key, sign

CHUNK = 5_000  # tables made in one transaction: each holds locks up to its end
USERS = 1_000  # made in one transaction: what each invalidates is gone through by all that follow
PRIVATE, PUBLIC = generate_key()
KEY = parse_private_key(PRIVATE)
BEGIN = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)
END = BEGIN + timedelta(days=365)
PLAIN = "plain"  # a user who has no seat
SEATED = "user0"  # and one who has one of every product

# max_prepared_transactions = 0: the server tells of DDL at once.
SETTINGS = {
    "max_connections": "200",
    "max_locks_per_transaction": "2048",
    "max_prepared_transactions": "0",
    "shared_buffers": "512MB",
    "max_wal_size": "8GB",
}


@dataclass(frozen=True)
class Size:
    """How much there is in a database."""

    name: str
    tables: int
    objects: int  # of the tables, those that are named in products
    users: int
    seats: int

    @property
    def products(self) -> int:
        return max(1, self.objects // 100)

    def table(self, number: int) -> str:
        """Return the name of a table; the first ones are those in products."""
        if number < self.objects:
            return f"p{number // 100:03}_{number:06}"
        return f"t{number:06}"

    def named(self, number: str) -> str:
        """Return the same in SQL, for an expression that gives the number."""
        digits = f"lpad(({number})::text, 6, '0')"
        owned = f"'p' || lpad((({number}) / 100)::text, 3, '0') || '_' || {digits}"
        return f"(CASE WHEN ({number}) < {self.objects} THEN {owned} ELSE 't' || {digits} END)"


@contextmanager
def running() -> Iterator[Postgres]:
    """Run Debian's PostgreSQL 15 with settings for a large catalog while the context lasts."""
    with cluster(postgres_15(), **SETTINGS) as server:
        yield server


def filled(server: Postgres, size: Size) -> Postgres:
    """Return a new database with so much in it."""
    database = server.new_database(size.name)
    call("init", "--server", database.dsn)
    with database.connect() as session:
        # Nobody is told of each table: the proxies come later.
        session.execute("ALTER EVENT TRIGGER pgtoll_ddl_end DISABLE")
        session.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC")
        for start in range(0, size.tables, CHUNK):
            session.execute(_tables(size, start, min(start + CHUNK, size.tables)))
        session.execute("ALTER EVENT TRIGGER pgtoll_ddl_end ENABLE ALWAYS")
        _add_users(session, size)
        _add_policy(session, size)
        for table in _catalog(session):
            session.execute(f"ANALYZE pg_catalog.{table}".encode())
    return database


def _tables(size: Size, start: int, end: int) -> bytes:
    body = "(id bigint PRIMARY KEY, name text, n int DEFAULT 0)"
    make = f"EXECUTE format('CREATE TABLE %s {body}', {size.named('n')})"
    loop = f"FOR n IN {start}..{end - 1} LOOP {make}; END LOOP"
    return f"DO $$ BEGIN {loop}; END $$".encode()


def _add_users(session: psycopg.Connection[TupleRow], size: Size) -> None:
    """Make the users; those of another size may be there already."""
    for start in range(0, size.users, USERS):
        end = min(start + USERS, size.users)
        make = "EXECUTE format('CREATE ROLE user%s LOGIN', n)"
        new = "IF to_regrole('user' || n) IS NULL"
        loop = f"FOR n IN {start}..{end - 1} LOOP {new} THEN {make}; END IF; END LOOP"
        session.execute(f"DO $$ BEGIN {loop}; END $$".encode())
    plain = f"IF to_regrole('{PLAIN}') IS NULL THEN CREATE ROLE {PLAIN} LOGIN; END IF"
    session.execute(f"DO $$ BEGIN {plain}; END $$".encode())


def _add_policy(session: psycopg.Connection[TupleRow], size: Size) -> None:
    each = size.seats // size.products
    for document in [_timely(replace(SERVER, id="f" * 32, product="base")), *_documents(size)]:
        session.execute(
            "INSERT INTO pgtoll.document (kind, code, product, serial, file)"
            " VALUES (%s, %s, %s, 1, %s)",
            [*_described(document), signed(document)],
        )
    session.execute(
        "INSERT INTO pgtoll.seat (product, username)"
        " SELECT 'p' || lpad(p::text, 3, '0'), 'user' || (p * 7919 * n) %% %s"
        " FROM generate_series(0, %s) p, generate_series(0, %s) n ON CONFLICT DO NOTHING",
        [size.users, size.products - 1, each - 1],
    )


def _documents(size: Size) -> Iterator[Product | License]:
    for number in range(size.products):
        yield _product(size, number)
        yield license_of(number, size.seats)


def _product(size: Size, number: int) -> Product:
    """Return a product that owns some tables by their exact names."""
    code, first = f"p{number:03}", number * 100
    names = tuple(size.table(one) for one in range(first, min(first + 100, size.objects)))
    return replace(MARKETING, code=code, title=code, prefix=code, objects=names, operations=())


def license_of(number: int, seats: int) -> License:
    """Return a personal license of a product."""
    return _timely(replace(PERSONAL, id=f"{number:032x}", product=f"p{number:03}", seats=seats))


def _timely(license: License) -> License:
    """Return a license that is in force now."""
    return replace(license, starts=BEGIN, issued=BEGIN, due=END)


def signed(document: Document) -> bytes:
    """Return a document as a file that the proxies trust."""
    return sign(replace(document, key_id=KEY.key_id), KEY)


def trust_file(directory: Path) -> Path:
    """Write the public key to a file."""
    file = directory / "vendor.pub"
    file.write_bytes(PUBLIC)
    return file


def _described(document: Product | License) -> tuple[str, str, str]:
    if isinstance(document, License):
        return "license", document.id, document.product
    return "product", document.code, document.code


def _catalog(session: psycopg.Connection[TupleRow]) -> list[str]:
    query: LiteralString = (
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'pg_catalog'::regnamespace"
    )
    return [str(row[0]) for row in session.execute(query).fetchall()]
