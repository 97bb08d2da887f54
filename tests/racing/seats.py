"""A seat that changes hands while somebody reads: a grant holds, and so does a revocation."""

import os
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from licensing import MARKETING, Licensing
from proxies import Session
from psycopg import errors

from racing.ground import MARKER, Stable
from racing.tally import Tally

VAULT = "race.mrktvault"


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether somebody has the seat, and since when; None while it is changing."""

    seated: bool | None
    since: float


class Seat:
    """The seat of one user."""

    def __init__(self, licensing: Licensing, user: str, grace: float) -> None:
        self.user = user
        self._licensing = licensing
        self._grace = grace
        self._standing = Standing(False, time.monotonic())

    def flip(self, tally: Tally, over: threading.Event) -> None:
        """Grant and revoke it in turn, until it is over."""
        while not over.wait(self._grace + 1 + random.random()):  # noqa: S311
            seated = not self._standing.seated
            self._standing = Standing(None, time.monotonic())
            change = self._licensing.grant if seated else self._licensing.revoke
            change(MARKETING, self.user)
            self._standing = Standing(seated, time.monotonic())
            tally.count("flips")

    def standing(self) -> Standing:
        """Return how things stand."""
        return self._standing

    def settled(self, before: Standing, since: float, began: float) -> bool | None:
        """Return who had the seat all the time from well before `began`; None when it changed.

        `since` is when all is known where it is asked: a proxy may be younger than the change.
        """
        grace = self._grace * crowding()
        return before.seated if before == self._standing and began - since > grace else None


def crowding() -> float:
    """Return how many there are for each processor: what they do takes that many times as long."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def simple(session: Session) -> str:
    return str(session.execute(f"SELECT secret FROM {VAULT}".encode(), prepare=False).fetchall())


def prepared(session: Session) -> str:
    return str(session.execute(f"SELECT secret FROM {VAULT}".encode(), prepare=True).fetchall())


def copied(session: Session) -> str:
    with session.cursor() as cursor, cursor.copy(f"COPY {VAULT} TO STDOUT".encode()) as copy:
        return b"".join(bytes(part) for part in copy).decode()


def fetched(session: Session) -> str:
    with session.transaction(), session.cursor("eyes") as cursor:
        cursor.execute(f"SELECT secret FROM {VAULT}".encode())
        return str(cursor.fetchall())


def dynamic(session: Session) -> str:
    return str(session.execute("SELECT race.peek()").fetchall())


READS: tuple[Callable[[Session], str], ...] = (simple, prepared, copied, fetched, dynamic)


class Reader:
    """One who reads the vault as fast as they can, and is now refused and now not."""

    def __init__(self, stable: Stable, seat: Seat, tally: Tally, number: int) -> None:
        self._stable = stable
        self._seat = seat
        self._tally = tally
        self._number = number

    def read(self, over: threading.Event) -> None:
        """Read until it is over, through whichever proxy lives."""
        while not over.is_set():
            self._number += 1
            proxy = self._stable.proxy(self._number)
            with (
                suppress(psycopg.OperationalError),
                proxy.connect(self._seat.user) as session,
            ):
                while not over.wait(0.01):
                    self._look(session, self._stable.born(proxy))

    def _look(self, session: Session, born: float) -> None:
        way = random.choice(READS)  # noqa: S311
        before, began, said = self._seat.standing(), time.monotonic(), ""
        try:
            seen = MARKER in way(session)
        except errors.InsufficientPrivilege as exc:
            seen, said = False, str(exc)
        self._tally.count("reads")
        since = max(before.since, born)
        seated = self._seat.settled(before, since, began)
        when = f"{began - since:.2f} s after the change, by a proxy {began - born:.1f} s old"
        what = f"{way.__name__}, {when}: {said}"
        if seen and seated is False:
            self._tally.complain("leaks", what)
        if not seen and seated:
            self._tally.complain("wrongly locked out", what)
