"""Does PostgreSQL let somebody in with this name and password? Asked by trying it."""

import logging
import secrets
from enum import Enum

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgtoll.console.verifiers import matches
from pgtoll.errors import StoreError
from pgtoll.store.link import Link, first_line

log = logging.getLogger("pgtoll.console")

CONNECT_SECONDS = 10
MOST_CHARACTERS = 1_000  # of a name or a password

# Our own credentials must not get anybody in, nor a server that asks for none.
OWN = ("password", "passfile", "sslcert", "sslkey", "sslpassword", "service", "options")
ALONE: dict[str, str | int] = {
    "require_auth": "scram-sha-256,md5,password",
    "sslcertmode": "disable",
    "gssencmode": "disable",
    "connect_timeout": CONNECT_SECONDS,
    "application_name": "pgtoll console",
}
_NOT_ASKED = "authentication method requirement"  # libpq's own words, in English always


class Answer(Enum):
    """What becomes of a name and a password."""

    RIGHT = "right"
    WRONG = "wrong"  # or no such role, or one that may not come in
    UNPROVEN = "unproven"  # the server asks for no password, and there is none to compare with


async def ask(link: Link, user: str, password: str) -> Answer:
    """Return whether a password is the user's, as the server of a link says.

    A server that lets the user in without asking is not taken at its word: the password is then
    compared with the one that it keeps. Raises StoreError.
    """
    if not _sendable(user) or len(password) > MOST_CHARACTERS or "\0" in password:
        return Answer.WRONG
    # Without a password libpq would look for one of ours.
    asked = await _try(link.dsn, user, password or secrets.token_hex())
    if asked is not None:
        return Answer.RIGHT if asked else Answer.WRONG
    return await _compare(link, user, password)


async def _try(dsn: str, user: str, password: str) -> bool | None:
    """Return whether the server lets the user in, None when it does not ask for a password."""
    given = {name: value for name, value in conninfo_to_dict(dsn).items() if name not in OWN}
    conninfo = make_conninfo("", **{**given, **ALONE, "user": user, "password": password})
    try:
        connection = await AsyncConnection.connect(conninfo)
    except psycopg.Error as exc:
        said = first_line(exc)
        log.info("log-in of %r: %s", user, said)
        return None if _NOT_ASKED in said else False
    await connection.close()
    return True


async def _compare(link: Link, user: str, password: str) -> Answer:
    try:
        verifier = await _verifier(link, user)
    except StoreError:
        return Answer.UNPROVEN
    if verifier is None:
        return Answer.WRONG
    if not verifier:
        return Answer.UNPROVEN
    return Answer.RIGHT if matches(verifier, user, password) else Answer.WRONG


async def _verifier(link: Link, user: str) -> str | None:
    """Return what the server keeps of a password, "" when there is none, None without the role."""
    async with link.transaction("compare the password") as connection:
        cursor = await connection.execute(
            "SELECT coalesce(rolpassword, '') FROM pg_catalog.pg_authid WHERE rolname::text = %s",
            [user],
        )
        row = await cursor.fetchone()
    return row[0] if row else None


def _sendable(text: str) -> bool:
    return 0 < len(text) <= MOST_CHARACTERS and "\0" not in text
