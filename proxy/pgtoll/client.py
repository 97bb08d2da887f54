"""For applications: may the user of a connection use an operation or a component?

    from pgtoll.client import check_operation_license, has_operation_license

    if has_operation_license("MyApp.Export", connection): ...
    check_operation_license("MyApp.Export", connection)  # raises LicenseException

The connection, or a cursor of it, is of any driver of Python's DB-API: psycopg, psycopg2, pg8000,
Django's, SQLAlchemy's `connection.connection`. Functions in `_async` take psycopg's for asyncio,
and asyncpg's connections and pools. It leads to the database through the proxy or beside it.
An application without a connection asks the `Service` of a console.

This module needs nothing but the standard library, and loads little of that.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANSWER_BYTES = 1 << 16  # of a service; its answers have a few hundred
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,126}")  # what a product can name


class LicenseException(Exception):
    """The user may not use the operation. The transaction, if there is one, is still in order."""

    def __init__(self, operation: str, product: str, user: str, reason: str, hint: str) -> None:
        super().__init__(operation, product, user, reason, hint)
        self.operation = operation
        self.product = product  # "" when no product names the operation
        self.user = user
        self.reason = reason  # one clause
        self.hint = hint  # what to do, for a license administrator

    def __str__(self) -> str:
        if not self.product:
            return f'no product has operation "{self.operation}", which user "{self.user}" wants'
        return (
            f'no license for operation "{self.operation}" of product "{self.product}"'
            f' for user "{self.user}": {self.reason}'
        )


class ServiceError(Exception):
    """A service gave no answer. Nobody is allowed anything by that."""


@dataclass(frozen=True, slots=True, repr=False)
class Service:
    """A console's service, asked over HTTP about one user; its token is not to be shown."""

    url: str  # of the console, such as https://licenses.example.com
    token: str
    user: str
    timeout: float = 10.0  # seconds

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")):
            raise ValueError(f"not an address of http or https: {self.url!r}")

    def answer(self, code: str) -> Mapping[str, object]:
        """Return what the service says. Raises ServiceError."""
        # These load more than the rest of the module, and applications with a database need none.
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.parse import quote
        from urllib.request import Request, urlopen

        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        try:
            path = f"/api/operations/{quote(code, safe='')}?user={quote(self.user, safe='')}"
            request = Request(self.url.rstrip("/") + path, headers=headers)  # noqa: S310
            with urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                found = json.loads(response.read(ANSWER_BYTES + 1))
        except (OSError, HTTPException, ValueError) as error:
            if isinstance(error, HTTPError):
                error.close()  # it holds the connection
            raise ServiceError(f"{self.url} did not answer: {error}") from error
        if not isinstance(found, dict) or not isinstance(found.get("allowed"), bool):
            raise ServiceError(f"{self.url} does not answer as a license service does")
        return found


# What drivers take and give has no common type: each function asks for what it needs.


def has_operation_license(code: str, connection: Any) -> bool:
    """Return whether the connection's user may use the operation. Raises the driver's errors.

    False as well for a code that no product names. `connection` may be a cursor or a Service.
    """
    if isinstance(connection, Service):
        return connection.answer(_askable(code))["allowed"] is True
    return _fetched(connection, _has(code)) is True


def check_operation_license(code: str, connection: Any) -> None:
    """Raise LicenseException unless the connection's user may use the operation."""
    if isinstance(connection, Service):
        _judge(code, connection.answer(_askable(code)))
    else:
        _judge(code, _read(_fetched(connection, _ask(code))))


async def has_operation_license_async(code: str, connection: Any) -> bool:
    """Return what has_operation_license does, for an asynchronous connection or a Service."""
    if isinstance(connection, Service):
        import asyncio  # whoever is asynchronous has loaded it

        return await asyncio.to_thread(has_operation_license, code, connection)
    return await _fetched_async(connection, _has(code)) is True


async def check_operation_license_async(code: str, connection: Any) -> None:
    """Do what check_operation_license does, for an asynchronous connection or a Service."""
    if isinstance(connection, Service):
        import asyncio

        await asyncio.to_thread(check_operation_license, code, connection)
    else:
        _judge(code, _read(await _fetched_async(connection, _ask(code))))


def _askable(code: str) -> str:
    """Return the code, or what is none for what cannot be one.

    Drivers differ in how a parameter is given; in a code there is nothing to escape.
    """
    return code if _CODE.fullmatch(code) else "-"


def _has(code: str) -> str:
    return f"SELECT pgtoll.has_operation_license('{_askable(code)}')"


def _ask(code: str) -> str:
    return (
        "SELECT pg_catalog.row_to_json(a)::text"  # noqa: S608
        f" FROM pgtoll.operation_license('{_askable(code)}') a"
    )


def _fetched(connection: Any, sql: str) -> object:
    """Return the one value of a query, by a cursor of the connection or the cursor given."""
    if not hasattr(connection, "cursor"):
        connection.execute(sql)
        return _value(connection.fetchone())
    cursor = connection.cursor()
    try:
        cursor.execute(sql)
        return _value(cursor.fetchone())
    finally:
        cursor.close()


async def _fetched_async(connection: Any, sql: str) -> object:
    if hasattr(connection, "fetchval"):  # asyncpg's connections and pools
        return await connection.fetchval(sql)
    cursor = await connection.execute(sql)
    return _value(await cursor.fetchone())


def _value(row: object) -> object:
    """Return the one value of a row of whatever kind the application has asked its driver for."""
    if isinstance(row, Mapping):
        return next(iter(row.values()))
    return row[0] if isinstance(row, tuple | list) else row


def _read(answer: object) -> Mapping[str, object]:
    found = json.loads(answer) if isinstance(answer, str) else None
    return found if isinstance(found, dict) else {}


def _judge(code: str, found: Mapping[str, object]) -> None:
    if found.get("allowed") is not True:
        user = found.get("licensee", found.get("user", ""))
        words = (found.get("product", ""), user, found.get("reason", ""), found.get("hint", ""))
        raise LicenseException(code, *map(str, words))
