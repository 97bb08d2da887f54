"""A database with the fixture: put back as it was whenever an attack has changed it."""

import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import psycopg
from attacks import proofs, repair
from attacks.proofs import CAP, FUNCTIONS
from attacks.script import Attack, Wants
from attacks.talking import SYNC, Server
from proxies import Proxy, eventually
from psycopg.rows import TupleRow
from raw_client import RawClient, sqlstates
from servers import Postgres

from pgtoll.wire.messages import message, query

LEAVE_SECONDS = 0.3  # for a client's server process to end by itself
SETTLE_SECONDS = 10.0

Fingerprint = dict[str, TupleRow]


@dataclass
class Stage:
    """One database with the fixture, what it was like at first, and what stands before it."""

    database: Postgres
    before: Fingerprint = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)  # each table's rows, as COPY has them
    sequences: list[TupleRow] = field(default_factory=list)
    vault: list[int] = field(default_factory=list)  # tables, by OID
    demo: list[int] = field(default_factory=list)
    content: str = ""  # of the vault
    newest: int = 0  # OID of the fixture
    settled: set[int] = field(default_factory=set)  # ports of proxies that know the catalog

    def __post_init__(self) -> None:
        self._note()

    @cached_property
    def connection(self) -> "psycopg.Connection[TupleRow]":
        """The superuser's session, which asks and repairs."""
        found = self.database.connect()
        found.execute("SET lock_timeout = '3s'; SET statement_timeout = '20s'")
        found.execute(FUNCTIONS.encode())
        return found

    def close(self) -> None:
        self.connection.close()

    def server(self, proxy: Proxy | None = None) -> Server:
        """Where an attack goes."""
        port = proxy.port if proxy else self.database.port
        return Server("127.0.0.1", port, self.database.dbname)

    def run(self, *statements: str) -> None:
        for sql in statements:
            self.connection.execute(sql.encode())

    def rows_of(self, sql: str, /, **arguments: object) -> list[TupleRow]:
        return self.connection.execute(sql.encode(), arguments or None).fetchall()

    def value(self, sql: str, /, **arguments: object) -> object:
        return self.rows_of(sql, **arguments)[0][0]

    def prepare(self, setup: str) -> None:
        """Run what an attack needs to be there before it."""
        self.run(setup)
        self.settled.clear()

    # What happened

    def worked(self, attack: Attack, got: bytes) -> bool:
        """Whether an attack that has just run did what it wants; `got` is what it heard."""
        if proofs.asks_the_replies(attack):
            return proofs.reads(attack, got)
        if attack.proof:
            return bool(self.value(attack.proof))
        if attack.wants is Wants.WRITE:
            return self.content != self.value(proofs.CONTENT, tables=self.vault)
        return bool(self.overfull())

    def overfull(self) -> object:
        """Return the names of the capped tables with more rows than the cap, or None."""
        tables = self._tables("dmo%", self.demo)
        return self.value(proofs.OVERFULL, tables=tables, cap=CAP)

    def now(self) -> object:
        """Return what time it is on the server, which runs on our machine."""
        return self.value("SELECT clock_timestamp()")

    def refusals(self, since: object) -> list[str]:
        """Return the statements that have been refused and written down, but for our own."""
        sql = "SELECT sql FROM pgtoll.refusal WHERE at >= %(since)s ORDER BY id"
        found = [str(text) for (text,) in self.rows_of(sql, since=since)]
        return [text for text in found if not text.startswith("SELECT FROM settled_")]

    def counts(self) -> dict[str, int]:
        """Return the number of rows of every table, by name."""
        names = [str(name) for name, _ in self.rows_of(repair.TABLES)]
        return dict(
            self.rows_of(" UNION ALL ".join(f"SELECT '{n}', count(*) FROM ONLY {n}" for n in names))
        )

    # How things are put back

    def empty_of_people(self) -> None:
        """Wait until nobody but us is connected to this database; end who stays too long."""
        people = list(repair.KEPT_ROLES)
        among = "FROM pg_stat_activity WHERE datname = current_database() AND usename = ANY (%(p)s)"
        until = time.monotonic() + LEAVE_SECONDS
        while self.value(f"SELECT count(*) {among}", p=people):
            if time.monotonic() > until:
                self.value(f"SELECT count(pg_terminate_backend(pid)) {among}", p=people)
            time.sleep(0.002)

    def disown(self) -> list[str]:
        """Take everything in this database from roles that are not of the fixture; name those.

        They belong to the whole server, and can go only when they have nothing anywhere.
        """
        if self.rows_of(repair.REPLICATING):
            self.run("ALTER ROLE mallory NOREPLICATION")
        kept = [*repair.KEPT_ROLES, *repair.SERVER_ROLES]
        roles = [str(role) for (role,) in self.rows_of(repair.EXTRA_ROLES, kept=kept)]
        self.run(*(f'DROP OWNED BY "{role}" CASCADE' for role in roles))
        return roles

    def restore(self) -> None:
        """Put everything back that is not as it was."""
        self.empty_of_people()
        try:
            self._rewind()
            if self._fingerprint() != self.before:
                self._mend()
        except psycopg.Error:  # a table has another name, or something else holds on to it
            self._make_anew()

    def settle(self, proxy: Proxy) -> None:
        """Wait until a proxy's picture of the catalog is as young as the last change we made."""
        if proxy.port in self.settled:
            return
        view = f"settled_{secrets.token_hex(4)}"
        self.run(f"CREATE VIEW {view} AS SELECT FROM vlt_account")
        self.run("NOTIFY pgtoll, 'catalog'")  # where transactions can be prepared, no DDL does
        with self.server(proxy).login("clerk") as client:
            assert eventually(lambda: self._refuses(client, view), within=SETTLE_SECONDS)
            self.run(f"DROP VIEW {view}", "NOTIFY pgtoll, 'catalog'")
            assert eventually(lambda: self._is_up_to_date(client), within=SETTLE_SECONDS)
        self.settled.add(proxy.port)

    def _is_up_to_date(self, client: RawClient) -> bool:
        """Whether a proxy that puts checks behind statements knows of all DDL so far.

        A mark that was taken while DDL was being committed holds no more when that is done.
        """
        client.send(query(b"SELECT pg_backend_pid()"))
        client.replies()
        asked = self.rows_of("SELECT query FROM pg_stat_activity WHERE query LIKE '%steady(%'"
            " AND usename = 'clerk' AND datname = current_database()")  # fmt: skip
        count = self.value("SELECT last_value FROM pgtoll.ddl_count")
        return all(f".steady({count},ARRAY[]" in str(sql) for (sql,) in asked)

    def _refuses(self, client: RawClient, view: str) -> bool:
        """Whether reading finds the vault behind a new view; if not, the view is only watched.

        A statement that is parsed and never run has nothing that could be watched.
        """
        client.send(message(b"P", b"\0SELECT FROM " + view.encode() + b"\0\0\0"), SYNC)
        if "42501" in sqlstates(client.replies()):
            return True
        written = "SELECT count(*) FROM pgtoll.refusal WHERE sql LIKE %(sql)s"
        return bool(self.value(written, sql=f"%{view}"))

    def _note(self) -> None:
        """Remember how things are now as how they must be; no proxy has seen them yet."""
        self.settled.clear()
        self.vault = self._tables("vlt%")
        self.demo = self._tables("dmo%")
        self.content = str(self.value(proofs.CONTENT, tables=self.vault))
        self.newest = int(str(self.value(repair.NEWEST)))
        tables = self.rows_of(repair.TABLES)
        self.kept = {str(name): self._copied(str(name)) for name, view in tables if not view}
        self.sequences = self.rows_of(repair.SEQUENCES)
        self._asking = repair.fingerprint_sql([str(name) for name, _ in tables])
        self.before = self._fingerprint()

    def _fingerprint(self) -> Fingerprint:
        return {str(name): (count, total) for name, count, total in self.rows_of(self._asking)}

    def _copied(self, table: str) -> bytes:
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY {table} TO STDOUT".encode()) as rows,
        ):
            return b"".join(rows)

    def _tables(self, pattern: str, known: Iterable[int] = ()) -> list[int]:
        found = self.value(proofs.TABLES, pattern=pattern, known=list(known))
        assert isinstance(found, list)
        return found

    def _rewind(self) -> None:
        """Let every sequence go on from where it was."""
        now = self.rows_of(repair.SEQUENCES)
        for name, start, last in self.sequences if now != self.sequences else ():
            if any(one == name for one, _, _ in now):
                called = "false" if last is None else "true"
                self.run(f"SELECT setval('{name}', {last or start}, {called})")

    def _mend(self) -> None:
        """Drop what is young and fill what has other rows; make all anew if that is not all."""
        self._drop_loose()
        self._drop_young()
        now = self._fingerprint()
        changed = [name for name, was in self.before.items() if now[name] != was]
        if now.keys() != self.before.keys() or not self.kept.keys() >= set(changed):
            self._make_anew()
            return
        self._refill(changed)
        self.before = self._fingerprint()

    def _drop_young(self) -> None:
        """Drop what came after the fixture, without dropping what it is part of twice."""
        self.run("SET client_min_messages = warning")
        self.run(*(sql for (sql,) in self.rows_of(repair.YOUNG, newest=self.newest)))
        self.rows_of(repair.YOUNG_IMAGES, newest=self.newest)

    def _drop_loose(self) -> None:
        """Drop what no schema holds, and the roles that are not of the fixture."""
        self.run(*(sql for (sql,) in self.rows_of(repair.LOOSE)))
        self.run(*(f'DROP ROLE "{role}"' for role in self.disown()))

    def _refill(self, tables: list[str]) -> None:
        """Give tables the rows that they had; no trigger fires and no key is checked."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            self.run("SET LOCAL session_replication_role = replica")
            for name in tables:
                self.run(f"DELETE FROM ONLY {name}")
                with cursor.copy(f"COPY {name} FROM STDIN".encode()) as into:
                    into.write(self.kept[name])
        self.run(*(f"VACUUM (ANALYZE) {name}" for name in tables))

    def _make_anew(self) -> None:
        """Make the fixture again in the same database, which proxies stay connected to."""
        self.run("SET client_min_messages = warning")
        self._drop_loose()
        self.run(*(sql for (sql,) in self.rows_of(repair.ALL, roles=", ".join(repair.KEPT_ROLES))))
        repair.furnish(self.database)
        self._note()
