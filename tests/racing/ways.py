"""The ways in which rows arrive: each puts a number of rows of one client into one table."""

import random
import secrets
from collections.abc import Callable
from contextlib import suppress

from proxies import Session
from psycopg import errors

Way = Callable[[Session, str, int, int], None]


def _run(session: Session, sql: str, *values: int, prepare: bool | None = None) -> None:
    session.execute(sql.encode(), values or None, prepare=prepare)


def single(session: Session, table: str, who: int, rows: int) -> None:
    _run(session, f"INSERT INTO {table} VALUES (%s, %s)", who, rows)


def prepared(session: Session, table: str, who: int, rows: int) -> None:
    _run(session, f"INSERT INTO {table} VALUES (%s, %s)", who, rows, prepare=True)


def batch(session: Session, table: str, who: int, rows: int) -> None:
    _run(session, f"INSERT INTO {table} SELECT {who}, generate_series(1, {rows})")


def copied(session: Session, table: str, who: int, rows: int) -> None:
    with session.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
        for n in range(rows):
            copy.write_row([who, n])


def together(session: Session, table: str, who: int, rows: int) -> None:
    with session.transaction():
        for n in range(rows):
            _run(session, f"INSERT INTO {table} VALUES (%s, %s)", who, n)


def pipelined(session: Session, table: str, who: int, rows: int) -> None:
    with session.pipeline():
        for n in range(rows):
            _run(session, f"INSERT INTO {table} VALUES (%s, %s)", who, n)


def merged(session: Session, table: str, who: int, rows: int) -> None:
    """MERGE, where the server has it."""
    if session.info.server_version < 150000:
        return returned(session, table, who, rows)
    _run(
        session,
        f"MERGE INTO {table} t USING generate_series(1, {rows}) s (n) ON false"
        f" WHEN NOT MATCHED THEN INSERT VALUES ({who}, s.n)",
    )


def returned(session: Session, table: str, who: int, rows: int) -> None:
    _run(
        session,
        f"WITH w AS (INSERT INTO {table} SELECT {who}, generate_series(1, {rows}) RETURNING n)"
        " SELECT count(*) FROM w",
    )


def dynamic(session: Session, table: str, who: int, rows: int) -> None:
    insert = f"INSERT INTO {table} SELECT {who}, generate_series(1, {rows})"
    _run(session, f"DO $$ BEGIN EXECUTE '{insert}'; END $$")


def undone(session: Session, table: str, who: int, rows: int) -> None:
    """Put in what does not fit and take it back, and a few that are rolled back to a savepoint."""
    with suppress(errors.ConfigurationLimitExceeded), session.transaction(force_rollback=True):
        batch(session, table, who, 500)
    with session.transaction():
        with session.transaction(force_rollback=True):
            batch(session, table, who, rows)
        batch(session, table, who, rows)


# Those that put in one row, however many are asked for.
ONES: tuple[Way, ...] = (single, prepared)
MANY: tuple[Way, ...] = (
    batch, copied, together, pipelined, merged, returned, dynamic,
)  # fmt: skip
LEVELS = ("read committed", "repeatable read", "serializable")


def choose(rows: int, *more: Way) -> Way:
    """Return a way to put in so many rows."""
    ways = (*MANY, *more) if rows > 1 else (*ONES, *MANY, *more)
    return random.choice(ways)  # noqa: S311


def isolate(session: Session) -> None:
    """Let the session's transactions have any isolation level from now on."""
    level = random.choice(LEVELS)  # noqa: S311
    session.execute(f"SET default_transaction_isolation = '{level}'".encode())


def spread(session: Session, wants: dict[str, int], who: int) -> None:
    """Put rows into several tables in one transaction, in the order that was given."""
    with session.transaction():
        for table, rows in wants.items():
            batch(session, table, who, rows)


def prepare_transaction(session: Session, table: str, who: int, rows: int, gid: str) -> None:
    """Put in rows, and leave it to somebody else whether they stay."""
    session.execute("BEGIN")
    batch(session, table, who, rows)
    session.execute(f"PREPARE TRANSACTION '{gid}'".encode())


def new_gid() -> str:
    """Return the name of a transaction to be prepared."""
    return f"race-{secrets.token_hex(8)}"
