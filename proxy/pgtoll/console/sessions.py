"""Who is logged in: kept in PostgreSQL, so that any process of any proxy serves any request.

A session is a random word in a cookie; the database knows its hash. Each request asks anew whether
the role is still there, may still log in and still is a license administrator.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from pgtoll.store.link import Connection, Link

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_NOTED = timedelta(minutes=1)  # use is written down once in this time, not at each request


@dataclass(frozen=True, slots=True)
class Account:
    """A role that may manage licenses now."""

    role: int
    name: str
    proven: bool = True  # by a password, in the session that it was found by


class Sessions:
    """Sessions of license administrators. Every method raises StoreError."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def account(self, name: str) -> Account | None:
        """Return the role of that name if it may log in and manages licenses."""
        async with self._link.transaction("find the role") as connection:
            return await _account(connection, "rolname = %s", name)

    async def open(self, account: Account, now: datetime, *, proven: bool = True) -> str:
        """Begin a session and return the word for its cookie; forget those that are over."""
        word = new_word()
        async with self._link.transaction("begin a session") as connection:
            await connection.execute(
                "DELETE FROM pgtoll.console_session WHERE opened_at <= %s OR seen_at <= %s",
                [now - LONGEST, now - IDLE],
            )
            await connection.execute(
                "INSERT INTO pgtoll.console_session (id, role, proven, opened_at, seen_at)"
                " VALUES (%s, %s, %s, %s, %s)",
                [_hash(word), account.role, proven, now, now],
            )
        return word

    async def find(self, word: str, now: datetime, *, in_use: bool = True) -> Account | None:
        """Return whose session it is, None when it is over.

        Without `in_use` a page has asked by itself: that does not keep the session from ending.
        """
        async with self._link.transaction("find the session") as connection:
            cursor = await connection.execute(
                "SELECT role::int8, proven, seen_at FROM pgtoll.console_session"
                " WHERE id = %s AND opened_at > %s AND seen_at > %s",
                [_hash(word), now - LONGEST, now - IDLE],
            )
            row = await cursor.fetchone()
            if row is None:
                return None
            role, proven, seen_at = row
            if in_use and now - seen_at > _NOTED:
                await connection.execute(
                    "UPDATE pgtoll.console_session SET seen_at = %s WHERE id = %s",
                    [now, _hash(word)],
                )
            account = await _account(connection, "oid = %s", role)
        return replace(account, proven=proven) if account else None

    async def close(self, word: str) -> None:
        """End a session everywhere."""
        async with self._link.transaction("end the session") as connection:
            await connection.execute(
                "DELETE FROM pgtoll.console_session WHERE id = %s", [_hash(word)]
            )


async def _account(connection: Connection, which: str, value: str | int) -> Account | None:
    cursor = await connection.execute(
        "SELECT oid::int8, rolname FROM pg_catalog.pg_roles"  # noqa: S608  # words of this file
        f" WHERE {which} AND rolcanlogin AND (rolvaliduntil IS NULL OR rolvaliduntil > now())"
        " AND pg_catalog.pg_has_role(oid, 'pgtoll_manager', 'MEMBER')".encode(),
        [value],
    )
    row = await cursor.fetchone()
    return Account(*row) if row else None


def new_word() -> str:
    """Return what nobody can guess."""
    return secrets.token_urlsafe(32)


def form_word(word: str) -> str:
    """Return what forms must carry, which no other site can know: it follows from the cookie."""
    return sha256(b"a form of the session " + word.encode()).hexdigest()


def _hash(word: str) -> bytes:
    return sha256(b"a session " + word.encode(errors="replace")).digest()
