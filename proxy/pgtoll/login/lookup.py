"""What PostgreSQL keeps of a password: asked for at each login, so that a change counts at once."""

import asyncio
import logging
from dataclasses import dataclass

import psycopg
from psycopg import AsyncRawCursor, errors

from pgtoll.encodings import read_name
from pgtoll.errors import ConfigError, ServerUnavailable, StoreError
from pgtoll.store.link import Connection, Link, connect, first_line
from pgtoll.wire.scram import ITERATIONS, Secret, mock_secret, read_secret

log = logging.getLogger("pgtoll.login")

LOOKUP_SECONDS = 5.0  # for an answer; a login waits no longer

# The name is compared twice: by the index, which cuts it off at 63 bytes, and as it was given.
# An unknown user must not become another one (CVE-2015-6817).
OWN_QUERY = """
    SELECT rolname::pg_catalog.text, rolpassword,
      coalesce(rolvaliduntil OPERATOR(pg_catalog.<) pg_catalog.now(), false)
    FROM pg_catalog.pg_authid
    WHERE rolname OPERATOR(pg_catalog.=) $1::pg_catalog.text::pg_catalog.name
      AND rolname::pg_catalog.text OPERATOR(pg_catalog.=) $1::pg_catalog.text
"""
_ITERATIONS = "SELECT pg_catalog.current_setting('scram_iterations', true)"
_NONCE = "SELECT nonce FROM pgtoll.mock_authentication"


@dataclass(frozen=True, slots=True)
class Found:
    """A user's secret, a mock one if they have none; and then why they have none."""

    secret: Secret
    lack: str = ""


class Lookup:
    """Finds secrets on a connection of its own, which is made again when it breaks."""

    def __init__(self, server: str, store: str) -> None:
        """The DSNs of the server whose users log in, and of the database with schema `pgtoll`."""
        self._dsn = server
        self._store = Link(store)
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()
        self._nonce = b""
        self._iterations = ITERATIONS  # of the server's new passwords

    async def find(self, user: str, query: str) -> Found:
        """Return a user's secret, as `query` tells it, or pg_authid if that is empty.

        Raises ServerUnavailable when nobody can tell.
        """
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                nonce = await self._mock_nonce()
                secret, lack = _read(user, await self._row(user, query))
        except (StoreError, psycopg.Error, TimeoutError) as exc:
            why = first_line(exc) if str(exc) else "PostgreSQL does not answer"
            log.error("passwords cannot be looked up: %s", explained(exc, query) or why)
            raise ServerUnavailable("pgtoll cannot look up passwords; its log says why") from exc
        # Made whether it is needed or not: the time must not tell.
        mock = mock_secret(user, nonce, self._iterations)
        return Found(secret or mock, lack)

    async def check(self, query: str) -> None:
        """See whether passwords can be looked up at all. Raises ConfigError, one line."""
        try:
            await self._mock_nonce()
            _read("", await self._row("", query))
        except (StoreError, psycopg.Error) as exc:
            raise ConfigError(f"auth: {explained(exc, query) or first_line(exc)}") from exc

    async def close(self) -> None:
        """Let go of the server."""
        await self._store.close()
        if self._connection is not None:
            await self._connection.close()

    async def _mock_nonce(self) -> bytes:
        """What makes the salts of those who have none: the same for all proxies of a database."""
        if not self._nonce:
            async with self._store.transaction("read the nonce of mock logins") as connection:
                row = await (await connection.execute(_NONCE)).fetchone()
            if row is None:
                raise StoreError("pgtoll.mock_authentication is empty, run pgtoll init again")
            self._nonce = bytes(row[0])
        return self._nonce

    async def _row(self, user: str, query: str) -> tuple[object, ...] | None:
        async with self._turn:
            try:
                return await self._ask(user, query)
            except psycopg.OperationalError:  # the server was started again, perhaps
                await self._forget()
                return await self._ask(user, query)
            except asyncio.CancelledError:  # an answer may still be on its way
                await self._forget()
                raise

    async def _ask(self, user: str, query: str) -> tuple[object, ...] | None:
        connection = await self._open()
        encoding = connection.info.parameter_status("server_encoding") or "UTF8"
        name = read_name(user, encoding)
        try:
            async with AsyncRawCursor(connection) as cursor:
                await cursor.execute((query or OWN_QUERY).encode(), [name])
                row = await cursor.fetchone()
        except UnicodeEncodeError:  # no role of this database can be called that
            return None
        return row if row and row[0] == name else None  # a query may tell of another user

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await connect(self._dsn)
            row = await (await self._connection.execute(_ITERATIONS)).fetchone()
            self._iterations = int(row[0]) if row and row[0] else ITERATIONS
        return self._connection

    async def _forget(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None


def _read(user: str, row: tuple[object, ...] | None) -> tuple[Secret | None, str]:
    """The secret in a row, or why there is none, in PostgreSQL's words."""
    if row is None:
        return None, f'Role "{user}" does not exist.'
    if len(row) < 2:
        raise StoreError("auth_query must return a name and a secret")
    if row[1] is None or row[1] == "":
        return None, f'User "{user}" has no password assigned.'
    if len(row) > 2 and row[2] is True:
        return None, f'User "{user}" has an expired password.'
    secret = read_secret(str(row[1]))
    return secret, "" if secret else f'User "{user}" does not have a valid SCRAM secret.'


def explained(exc: BaseException, query: str) -> str:
    """What the operator must do about an error, if that is known."""
    if isinstance(exc, errors.InsufficientPrivilege) and not query:
        return (
            "the role of `server` may not read pg_authid: GRANT SELECT ON pg_catalog.pg_authid "
            "to it, or set auth_query"
        )
    return f"auth_query: {first_line(exc)}" if query and isinstance(exc, psycopg.Error) else ""
