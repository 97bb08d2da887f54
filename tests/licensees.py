"""Users of a database whose functions answer about licenses, without any proxy."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from license_samples import PERSONAL
from operation_examples import PRODUCT, USE, seat
from psycopg.rows import TupleRow
from servers import Postgres

from pgtoll.store.store import Store
from pgtoll_policy.documents import Document
from pgtoll_policy.policy import Grant, compile_policy

HAS = f"SELECT pgtoll.has_operation_license('{USE}')"
CHECK = f"SELECT pgtoll.check_operation_license('{USE}')"
LICENSEE = f"SELECT licensee FROM pgtoll.operation_license('{USE}')"

Session = psycopg.Connection[TupleRow]


@dataclass(frozen=True)
class People:
    """Who uses a database: one with a seat, one without, and one who works for others."""

    database: Postgres
    alice: str
    bob: str
    app: str

    def session(self, user: str, *, autocommit: bool = True, **parameters: str | int) -> Session:
        """Return a connection of theirs, beside any proxy."""
        login = replace(self.database, user=user)
        return login.connect(autocommit=autocommit, **parameters)


def value(session: Session, sql: str) -> object:
    row = session.execute(sql.encode()).fetchone()
    assert row is not None
    return row[0]


def refusal(session: Session, sql: str) -> psycopg.errors.Diagnostic:
    with pytest.raises(psycopg.Error) as caught:
        session.execute(sql.encode())
    return caught.value.diag


def hold(
    database: Postgres,
    *documents: Document,
    seats: tuple[Grant, ...] = (),
    impersonators: tuple[str, ...] = (),
) -> None:
    """Let the database know documents as a proxy does, and these seats alone."""
    policy = compile_policy((PRODUCT, *documents), seats, customer="ACME")

    async def work() -> None:
        store = await Store.connect(database.dsn)
        try:
            await store.publish(policy, impersonators)
        finally:
            await store.close()

    asyncio.run(work())
    with database.connect() as session:
        session.execute("DELETE FROM pgtoll.seat")
        for one in seats:
            session.execute(
                "INSERT INTO pgtoll.seat (product, username, granted_at) VALUES (%s, %s, %s)",
                [one.product, one.user, one.granted_at],
            )


def licensed(people: People, *, ends: timedelta = timedelta(days=9)) -> None:
    """Give Alice the one seat there is."""
    now = datetime.now(UTC)
    begin = now - timedelta(days=9)
    one = replace(PERSONAL, seats=1, starts=begin, issued=begin, due=now + ends)
    hold(people.database, one, seats=(seat(people.alice),), impersonators=(people.app,))
