"""What a server says that a statement touched: by the locks and counters of its transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection, pq
from psycopg.rows import TupleRow
from servers import Postgres

WORLD = Path(__file__).with_name("world.sql")
_SETUP = """
CREATE SCHEMA world; CREATE SCHEMA aside;
GRANT ALL ON SCHEMA world, aside TO {role};
GRANT ALL ON DATABASE {database} TO {role};
"""
# The session is the role's own: row security does not hold for superusers.
_SESSION = """
SET SESSION AUTHORIZATION {role};
SET search_path = world, aside;
SET statement_timeout = '2s';
SET client_min_messages = error;
"""
_RELATIONS = """
SELECT c.oid::int8 FROM pg_catalog.pg_class c
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relnamespace
  IN ('world'::regnamespace, 'aside'::regnamespace, pg_catalog.pg_my_temp_schema()) ORDER BY 1
"""
_COUNTERS = ("numscans", "tuples_returned", "tuples_inserted", "tuples_updated", "tuples_deleted")
_TRUTH = """
CREATE FUNCTION aside.truth(OUT locked text, OUT counted text) LANGUAGE plpgsql AS $$ BEGIN
SELECT
  (SELECT pg_catalog.string_agg(DISTINCT l.relation::text, ' ') FROM pg_catalog.pg_locks l
   WHERE l.pid = pg_catalog.pg_backend_pid() AND l.relation IN ({oids})),
  pg_catalog.concat_ws(' ', {counts}) INTO locked, counted;
END $$
"""
_UNDO = b"ROLLBACK TO here; DEALLOCATE ALL"
_ASK = b"\n;SELECT * FROM aside.truth();"
PER_TRANSACTION = 100  # statements, each undone by a savepoint, before the transaction is


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a statement: the error of the server, or the relations that it touched."""

    touched: frozenset[int] = frozenset()
    error: str = ""


class Witness:
    """One session that runs statements, sees what they touch, and undoes them."""

    def __init__(self, connection: Connection[TupleRow], role: str) -> None:
        self.connection = connection
        connection.execute(_SESSION.format(role=role).encode())
        connection.execute(WORLD.read_bytes())
        self.relations = [int(row[0]) for row in connection.execute(_RELATIONS.encode())]
        self._prepare()
        self._counts: list[str] = []
        self._ran = 0

    def _prepare(self) -> None:
        counts = (
            "+".join(f"pg_catalog.pg_stat_get_xact_{one}({oid})" for one in _COUNTERS)
            for oid in self.relations
        )
        oids = ", ".join(map(str, self.relations))
        self.connection.execute(_TRUTH.format(oids=oids, counts=", ".join(counts)).encode())

    def run(self, sql: str) -> Ran:
        """Run a text and undo it."""
        if self._ran % PER_TRANSACTION == 0:
            self._begin(b"ROLLBACK; BEGIN; SAVEPOINT here")
        self._ran += 1
        error, rows = exchange(self.connection, sql.encode() + _ASK + _UNDO + _ASK)
        if error:
            # What ran before the error has moved the counters all the same.
            self._begin(_UNDO)
            return Ran(error=error)
        (locked, counts), (_, after) = rows[-2:]
        counted = zip(self.relations, self._counts, counts.split(), strict=True)
        self._counts = after.split()  # undoing moves some of them, too
        moved = {oid for oid, old, new in counted if old != new}
        return Ran(frozenset(moved.union(map(int, locked.split()))))

    def _begin(self, text: bytes) -> None:
        self._counts = exchange(self.connection, text + _ASK)[1][-1][1].split()


def exchange(session: Connection[TupleRow], text: bytes) -> tuple[str, list[tuple[str, str]]]:
    """Send one Query; return the error, "" for none, and the first of each two-column result.

    What a COPY sends is dropped, and it is given nothing.
    """
    error, rows = "", []
    session.pgconn.send_query(text)
    while (result := session.pgconn.get_result()) is not None:
        match result.status:
            case pq.ExecStatus.TUPLES_OK if result.nfields == 2 and result.ntuples:
                first, second = (result.get_value(0, column) or b"" for column in (0, 1))
                rows.append((first.decode(), second.decode()))
            case pq.ExecStatus.COPY_OUT:
                while session.pgconn.get_copy_data(0)[0] > 0:
                    pass
            case pq.ExecStatus.COPY_IN:
                session.pgconn.put_copy_end()
            case pq.ExecStatus.FATAL_ERROR:
                error = error or result.error_message.decode(errors="replace")
    return error, rows


@contextmanager
def witness(server: Postgres, name: str) -> Iterator[tuple[Postgres, Witness]]:
    """Yield a new database with the world in it, and a session there."""
    database = server.new_database(name)
    role = f"generated_{secrets.token_hex(4)}"
    server.execute(f"CREATE ROLE {role}")
    try:
        database.execute(_SETUP.format(role=role, database=name))
        with database.connect() as connection:
            yield database, Witness(connection, role)
    finally:
        database.drop_database()
        server.execute(f"DROP ROLE {role}")
