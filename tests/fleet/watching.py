"""Those who use the fleet all the time, and see whether what must hold does."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg
from licensing import MARKETING
from proxies import Session
from psycopg import errors
from racing.clients import PATIENCE, Client
from racing.ground import only
from racing.seats import crowding
from racing.tally import Tally
from racing.ways import choose

from fleet.parts import GRACE, FleetProxy
from fleet.site import READER, SHOP, TOOLS, WRITER, Fleet
from pgtoll.errors import StoreError

TABLES = ("race.plain", "race.other", "race.parts", "race.heir")
IN_FORCE = 1.0  # seconds, on a machine with time, within which a change holds everywhere
LAPSED = "57P03"
_VAULT = b"SELECT secret FROM public.mrktvault"


class FleetClient(Client):
    """Fills and churns through HAProxy; its broken sessions are ended for certain."""

    def _put_twice(self, session: Session, table: str, rows: int) -> None:
        choose(rows)(session, table, self._who, rows)

    def _bury(self, beside: Session, pid: int) -> None:
        """A statement may be under way in a network that is cut: it must not arrive later."""
        until = time.monotonic() + PATIENCE
        end = b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s"
        while beside.execute(end, [pid]).fetchone() and time.monotonic() < until:
            time.sleep(0.05)


class Writer:
    """Writes rows, one by one, and remembers those that were acknowledged."""

    def __init__(self, fleet: Fleet, tally: Tally, who: int) -> None:
        self._fleet, self._tally, self._who = fleet, tally, who
        self._next = 0
        self.kept: set[int] = set()

    def write(self, over: threading.Event) -> None:
        """Write until it is over."""
        while not over.is_set():
            with (
                suppress(psycopg.OperationalError),
                self._fleet.connect(WRITER) as session,
            ):
                while not over.wait(0.02):
                    self._put(session)

    def _put(self, session: Session) -> None:
        self._next += 1
        insert = f"INSERT INTO public.mrktkept VALUES ({self._who}, {self._next})"
        session.execute(insert.encode(), prepare=random.random() < 0.5)  # noqa: S311
        self.kept.add(self._next)
        self._tally.count("acknowledged rows")

    def check(self) -> None:
        """See that all of them are there."""
        kept = set(self.kept)
        with self._fleet.pair.primary.connect(SHOP) as session:
            asked = b"SELECT n FROM public.mrktkept WHERE who = %s"
            there = {int(row[0]) for row in session.execute(asked, [self._who]).fetchall()}
        if lost := sorted(kept - there):
            self._tally.complain("lost rows", f"{len(lost)} of writer {self._who}: {lost[:5]}")
        self._tally.count("rows looked for", len(kept))


class Flipper:
    """Grants and revokes one user's seat in turn, as soon as it can."""

    def __init__(self, fleet: Fleet, tally: Tally) -> None:
        self._fleet, self._tally = fleet, tally

    def flip(self, over: threading.Event) -> None:
        """Do that until it is over; a change that fails is tried until it is there."""
        seated = False
        while not over.wait(IN_FORCE * crowding() + 1 + random.random()):  # noqa: S311
            seated = not seated
            flip = self._fleet.journal.flip(seated=seated)
            while not self._changed(seated=seated):
                if over.wait(0.2):
                    return
            flip.done = time.monotonic()
            self._tally.count("grants" if seated else "revokes")

    def _changed(self, *, seated: bool) -> bool:
        licensing = self._fleet.licensing
        with suppress(StoreError, psycopg.Error):
            (licensing.grant if seated else licensing.revoke)(MARKETING, READER)
        with suppress(psycopg.Error):
            return (READER in self._fleet.seated(MARKETING)) == seated
        return False


class Reader:
    """Reads what is licensed, through one proxy and not past it, whatever happens to that."""

    def __init__(self, fleet: Fleet, tally: Tally, proxy: FleetProxy) -> None:
        self._journal, self._tally, self._proxy = fleet.journal, tally, proxy
        self._least = 0  # the flip by which it has answered before

    def read(self, over: threading.Event) -> None:
        """Read until it is over."""
        while not over.is_set():
            began = time.monotonic()
            try:
                with self._proxy.connect(READER, SHOP) as session:
                    while not over.wait(0.03):
                        began = time.monotonic()
                        self._look(session, began)
            except psycopg.OperationalError as exc:
                lapsed = exc.sqlstate == LAPSED or "not known any more" in str(exc)
                if lapsed and "store_grace" in str(exc) + str(exc.diag.message_detail):
                    self._lapsed(began, str(exc))
                over.wait(0.1)

    def _look(self, session: Session, began: float) -> None:
        prepare = random.random() < 0.5  # noqa: S311
        try:
            seen = bool(session.execute(_VAULT, prepare=prepare).fetchall())
        except errors.InsufficientPrivilege:
            seen = False
        self._tally.count("reads")
        way = "prepared" if prepare else "simple"
        self._judge(seen, began, time.monotonic(), way)

    def _judge(self, seen: bool, began: float, ended: float, way: str) -> None:
        least = self._journal.explained(seen, self._least, ended)
        name = self._proxy.name
        if least is None:
            what = f"{name} answered {'yes' if seen else 'no'} ({way}) after it had known better"
            self._tally.complain("older policies", what)
            return
        self._least = least
        latest = self._journal.latest(ended)
        if latest is None:
            return
        seated, since = latest
        since = max(since, self._journal.calm_since(name, ended), self._proxy.born)
        if seen == seated or began < since:
            return
        self._journal.late.append(began - since)
        if began - since > IN_FORCE * crowding():
            what = f"{name} answered {'yes' if seen else 'no'} ({way}), {began - since:.2f} s after"
            self._tally.complain("late changes", what)

    def _lapsed(self, began: float, said: str) -> None:
        self._tally.count("clear refusals of stale proxies")
        now = time.monotonic()
        since = self._journal.troubled_since(self._proxy.name, now, IN_FORCE * crowding())
        if now - since < GRACE - 5.5:  # the last word of the store may have been so old
            what = f"{self._proxy.name}, {now - since:.1f} s after the beginning: {said}"
            self._tally.complain("lapsed too early", what)


class Contest:
    """Two who want the only seat at the same moment, again and again."""

    def __init__(self, fleet: Fleet, tally: Tally) -> None:
        self._fleet, self._tally = fleet, tally

    def hold(self, over: threading.Event) -> None:
        with ThreadPoolExecutor(2) as pool:
            while not over.wait(1.0):
                got = list(pool.map(self._grant, ("dave", "erin")))
                with suppress(psycopg.Error, StoreError):
                    seated = self._fleet.seated(TOOLS)
                    self._tally.count("contests")
                    if len(seated) > 1 or sum(got) > 1:
                        self._tally.complain("seats oversold", f"{seated}, said to {sum(got)}")
                    if seated:
                        self._fleet.licensing.revoke(TOOLS, *seated)

    def _grant(self, user: str) -> bool:
        try:
            self._fleet.licensing.grant(TOOLS, user)
        except (StoreError, psycopg.Error):
            return False
        return True


def watch(fleet: Fleet, tally: Tally, over: threading.Event) -> None:
    """Look at the tables and seats beside all proxies, as often as there is time."""
    counts = ", ".join(f"(SELECT count(*) FROM {only(table)})" for table in TABLES)
    while not over.wait(0.05):
        with suppress(psycopg.OperationalError), fleet.pair.primary.connect(SHOP) as beside:
            while not over.wait(0.02):
                row = beside.execute(f"SELECT {counts}".encode()).fetchone()
                assert row is not None
                for table, rows in zip(TABLES, row, strict=True):
                    tally.saw(table, rows)
                tally.count("looks")
                if len(fleet.seated(TOOLS)) > 1:
                    tally.complain("seats oversold", "seen beside the proxies")
