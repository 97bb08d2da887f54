"""Clients that write: through whichever proxy lives, and each knows what is certainly its own."""

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg
from proxies import Session
from psycopg import errors
from psycopg.pq import TransactionStatus

from racing.ground import TABLES, Stable, rows_of
from racing.tally import CAP, Tally
from racing.ways import choose, isolate, new_gid, prepare_transaction, spread, undone

Work = Callable[[Session, Session], None]

PATIENCE = 90.0
MOST_ROWS = 40
CHANGES = 0.05  # how often a session changes its isolation level


class Client:
    """One client: it connects again, elsewhere, whenever its proxy is gone."""

    def __init__(self, stable: Stable, tally: Tally, who: int, clients: int) -> None:
        self._stable = stable
        self._tally = tally
        self._who = who
        self._number = who
        self._share = (CAP - 8) // clients  # rows: everybody's together always fit
        site = stable.site
        self._user = site.bob if who % 2 else site.alice
        self._gid = ""  # of a transaction that this client has prepared, or may have

    # Filling: until not one row more fits into any table

    def fill(self) -> None:
        """Put rows into every table until a single one is refused; nobody takes any out."""
        wants = {table: random.randint(1, MOST_ROWS) for table in TABLES}  # noqa: S311
        until = time.monotonic() + PATIENCE
        while wants and time.monotonic() < until:
            self._connected(lambda session, beside: self._fill(session, beside, wants))
        if wants:
            self._tally.complain("unfinished", f"client {self._who} could not fill {wants}")

    def _fill(self, session: Session, beside: Session, wants: dict[str, int]) -> None:
        while wants:
            tables = random.sample(list(wants), random.randint(1, len(wants)))  # noqa: S311
            batch = {table: wants[table] for table in tables}
            try:
                self._insert(session, batch, filling=True)
            except errors.ConfigurationLimitExceeded as exc:
                self._settle(session)
                self._judge(beside, exc, batch, wants)

    def _judge(
        self,
        beside: Session,
        exc: errors.ConfigurationLimitExceeded,
        batch: dict[str, int],
        wants: dict[str, int],
    ) -> None:
        """See that the table is as full as a right refusal implies, and ask for less."""
        table = f"{exc.diag.schema_name}.{exc.diag.table_name}"
        rows = batch.get(table)
        if rows is None:
            self._tally.complain("wrong refusals", f"{table} refused, {batch} were put in")
            return
        self._tally.count("refusals")
        found = rows_of(beside, table)
        if found + rows <= CAP:
            self._tally.complain("wrong refusals", f"{rows} into {table} that had {found}")
        if rows > 1:
            wants[table] = random.randrange(1, rows)  # noqa: S311
        else:
            del wants[table]

    # Churning: rows come and go, and there is always room

    def churn(self, over: threading.Event) -> None:
        """Put in rows and take them out again, never more than this client's share."""
        while not over.is_set():
            self._connected(lambda session, beside: self._churn(session, beside, over))

    def _churn(self, session: Session, beside: Session, over: threading.Event) -> None:
        mine = {table: rows_of(beside, table, self._who) for table in TABLES}
        while not over.is_set():
            tables = random.sample(TABLES, random.randint(1, len(TABLES)))  # noqa: S311
            room = {table: self._share - mine[table] for table in tables}
            batch = {table: random.randint(1, rows) for table, rows in room.items() if rows}  # noqa: S311
            try:
                if len(batch) < len(room) or random.random() < 0.3:  # noqa: S311
                    self._remove(session, tables, mine)
                else:
                    mine |= self._added(session, beside, batch)
            except errors.ConfigurationLimitExceeded as exc:
                self._settle(session)
                self._tally.complain("wrong refusals", f"{exc.diag.table_name} had room: {mine}")
                return  # what went in before it, if anything, is counted again

    def _added(self, session: Session, beside: Session, batch: dict[str, int]) -> dict[str, int]:
        self._insert(session, batch, filling=False)
        return {table: rows_of(beside, table, self._who) for table in batch}

    def _remove(self, session: Session, tables: list[str], mine: dict[str, int]) -> None:
        """Take rows out, or move them to other partitions."""
        table = tables[0]
        if table == "race.parts" and random.random() < 0.5:  # noqa: S311
            self._write(session, f"UPDATE {table} SET n = n + 1 WHERE who = {self._who}")
        elif self._write(session, f"DELETE FROM {table} WHERE who = {self._who}"):
            mine[table] = 0
            if table == "race.plain":  # its heirs' rows are taken out as well
                mine["race.heir"] = 0

    def _write(self, session: Session, sql: str) -> bool:
        try:
            session.execute(sql.encode())
        except (errors.SerializationFailure, errors.DeadlockDetected) as exc:
            self._again(session, exc)
            return False
        self._tally.count("transactions")
        return True

    # Both

    def _insert(self, session: Session, batch: dict[str, int], *, filling: bool) -> None:
        """Put rows in by some way. Raises ConfigurationLimitExceeded when there is no room."""
        if random.random() < CHANGES:  # noqa: S311
            isolate(session)
        try:
            self._put(session, batch, filling=filling)
        except (errors.SerializationFailure, errors.DeadlockDetected) as exc:
            self._again(session, exc)
        else:
            self._tally.count("transactions")

    def _put(self, session: Session, batch: dict[str, int], *, filling: bool) -> None:
        if len(batch) > 1:
            spread(session, batch, self._who)
            return
        ((table, rows),) = batch.items()
        if random.random() < CHANGES:  # noqa: S311
            self._put_twice(session, table, rows)
            return
        choose(rows, *([undone] if filling else []))(session, table, self._who, rows)

    def _put_twice(self, session: Session, table: str, rows: int) -> None:
        """Prepare a transaction, and let another session, through another proxy, commit it."""
        self._gid = new_gid()
        prepare_transaction(session, table, self._who, rows, self._gid)
        self._finish(random.choice(("COMMIT", "COMMIT", "ROLLBACK")))  # noqa: S311

    def _finish(self, how: str) -> None:
        with self._stable.proxy(self._number + 1).connect(self._user) as other:
            other.execute(f"{how} PREPARED '{self._gid}'".encode())
        self._tally.count("two phases")
        self._gid = ""

    def _again(self, session: Session, exc: psycopg.Error) -> None:
        """Note that a transaction has to be tried again. A deadlock is never the clients' fault."""
        if isinstance(exc, errors.DeadlockDetected):
            self._tally.complain("deadlocks", f"{exc} {exc.diag.message_detail}")
        self._tally.count("retries")
        self._settle(session)

    def _settle(self, session: Session) -> None:
        self._gid = ""
        if session.info.transaction_status is not TransactionStatus.IDLE:
            session.execute("ROLLBACK")

    # Connections

    def _connected(self, work: Work) -> None:
        """Work with a session, and beside it; if the session breaks, leave nothing of it behind."""
        proxy = self._stable.proxy(self._number)
        self._number += 1
        try:
            with self._stable.site.database.connect() as beside:
                self._working(proxy.connect(self._user), beside, work)
        except psycopg.OperationalError:
            self._tally.count("lost sessions")
        except psycopg.Error as exc:  # nothing that clients do here deserves it
            self._tally.complain("wrong refusals", f"{type(exc).__name__}: {exc}")

    def _working(self, session: Session, beside: Session, work: Work) -> None:
        pid = session.info.backend_pid
        try:
            with session:
                isolate(session)
                work(session, beside)
        except psycopg.Error:
            self._bury(beside, pid)
            raise

    def _bury(self, beside: Session, pid: int) -> None:
        """Wait until the server has noticed, and end what was prepared."""
        until = time.monotonic() + PATIENCE
        alive = b"SELECT 1 FROM pg_stat_activity WHERE pid = %s"
        while beside.execute(alive, [pid]).fetchone() and time.monotonic() < until:
            time.sleep(0.02)
        there = b"SELECT 1 FROM pg_prepared_xacts WHERE gid = %s"
        while self._gid and beside.execute(there, [self._gid]).fetchone():
            with suppress(psycopg.OperationalError):
                self._finish("COMMIT")
            self._number += 1
        self._gid = ""
