"""A place in a database with the witness, and statements with its check behind them.

The check goes into the client's own transaction, as the proxy sends it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
from psycopg import Connection
from psycopg.rows import TupleRow
from servers import Postgres

BASE = 0
CAP = 10  # rows; small, so that tests are quick

Session = Connection[TupleRow]


@dataclass(frozen=True, slots=True)
class Place:
    """A schema of its own in a database that has schema pgtoll."""

    database: Postgres
    schema: str

    def session(self, *, autocommit: bool = True, **parameters: str | int) -> Session:
        """Return a new connection whose names mean this schema's."""
        path = f"-c search_path={self.schema}"
        return self.database.connect(autocommit=autocommit, options=path, **parameters)

    def run(self, *statements: str) -> None:
        """Run statements beside the proxy, unchecked."""
        with self.session() as session:
            for sql in statements:
                session.execute(sql.encode())

    def value(self, sql: str) -> object:
        """Return the one value of a query."""
        with self.session() as session:
            row = session.execute(sql.encode()).fetchone()
        assert row is not None
        return row[0]

    def rows(self, table: str) -> int:
        """Return how many rows of a table are committed."""
        return int(str(self.value(f"SELECT count(*) FROM {table}")))

    def product(self, code: str, *names: str) -> int:
        """Make a product known to the witness by patterns for LIKE, and return its id."""
        self.run(f"INSERT INTO pgtoll.product (code) VALUES ('{code}') ON CONFLICT DO NOTHING")
        id_ = int(str(self.value(f"SELECT id FROM pgtoll.product WHERE code = '{code}'")))
        for name in names:
            self.run(f"INSERT INTO pgtoll.element VALUES ({id_}, '{self.schema}', '{name}')")
        return id_


def check(
    *, cap: int = CAP, demo: tuple[int, ...] = (), lacked: tuple[int, ...] = (), final: bool = True
) -> str:
    """Return the check's text: no quotes and no dollars."""
    lists = [",".join(map(str, ids)) for ids in (demo, lacked)]
    given = f"{cap},ARRAY[{lists[0]}]::int[],ARRAY[{lists[1]}]::int[]"
    if not final:
        return f"SELECT pgtoll.witness({given},false)"
    return f"SELECT COALESCE(pgtoll.witness({given},true),pgtoll.settle({given}))"


def capped(session: Session, sql: str, *, cap: int = CAP, demo: int = BASE) -> None:
    """Run statements in one implicit transaction, and count behind them."""
    end = check(cap=cap, demo=(demo,))
    session.execute(f"{sql};SET CONSTRAINTS ALL IMMEDIATE;{end}".encode())


def watched(session: Session, sql: str, *, lacked: int = BASE) -> None:
    """Run statements as somebody who lacks a product, and ask whether it was touched."""
    session.execute(f"{sql};{check(lacked=(lacked,))}".encode())


def fill(table: str, rows: int, *, start: int = 1) -> str:
    """Return an INSERT of so many rows into a table whose first column is an integer."""
    return f"INSERT INTO {table} SELECT g FROM generate_series({start}, {start + rows - 1}) g"


@contextmanager
def full(table: str, product: str = "base") -> Iterator[None]:
    """Expect the refusal of what fills a table over the cap."""
    with _refused("TOLL1", table, product):
        yield


@contextmanager
def seen(table: str, product: str = "base") -> Iterator[None]:
    """Expect the refusal of what touched a relation."""
    with _refused("TOLL2", table, product):
        yield


@contextmanager
def _refused(sqlstate: str, table: str, product: str) -> Iterator[None]:
    with pytest.raises(psycopg.DatabaseError) as caught:
        yield
    diag = caught.value.diag
    told = (diag.sqlstate, diag.table_name, diag.message_detail)
    assert told == (sqlstate, table, product), str(caught.value)


def settle(session: Session) -> None:
    """Let the server put away what it counted for transactions that have ended."""
    session.execute("SELECT pg_stat_force_next_flush()")
