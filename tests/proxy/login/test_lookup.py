"""What PostgreSQL keeps of a password, asked of real servers."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import pytest
from passphrases import client_key
from psycopg.conninfo import make_conninfo
from servers import Postgres

from pgtoll.errors import ConfigError, ServerUnavailable
from pgtoll.login.lookup import Found, Lookup
from pgtoll.wire.scram import is_key

PASSWORD = "correct horse"
T = TypeVar("T")
LONG = "n" * 63  # bytes, the most that a name has


@pytest.fixture
def kept(any_store: Postgres) -> Postgres:
    """A database with schema pgtoll, on the newest server and then on the oldest."""
    return any_store


def with_lookup(database: Postgres, ask: Callable[[Lookup], Awaitable[T]], server: str = "") -> T:
    async def tell() -> T:
        lookup = Lookup(server or database.dsn, database.dsn)
        try:
            return await ask(lookup)
        finally:
            await lookup.close()

    return asyncio.run(tell())


def found(database: Postgres, user: str, query: str = "") -> Found:
    return with_lookup(database, lambda lookup: lookup.find(user, query))


@contextmanager
def role(database: Postgres, more: str, name: str = "") -> Iterator[str]:
    name = name or f"role_{secrets.token_hex(4)}"
    quiet = "SET md5_password_warnings = off;" if database.version >= 180000 else ""
    database.execute(f'{quiet} CREATE ROLE "{name}" LOGIN {more}')
    try:
        yield name
    finally:
        database.execute(f'DROP ROLE "{name}"')


def test_a_secret_is_found_and_a_change_counts_at_once(kept: Postgres) -> None:
    async def ask(lookup: Lookup) -> list[Found]:
        answers = [await lookup.find(name, "")]
        kept.execute(f"ALTER ROLE {name} PASSWORD 'another'")
        return [*answers, await lookup.find(name, "")]

    with role(kept, f"PASSWORD '{PASSWORD}' VALID UNTIL 'infinity'") as name:
        for one, password in zip(with_lookup(kept, ask), (PASSWORD, "another"), strict=True):
            assert one.lack == ""
            assert is_key(client_key(password, one.secret), one.secret.stored_key)


@pytest.mark.parametrize(
    ("more", "lack"),
    [
        ("", "has no password assigned"),
        (f"PASSWORD '{PASSWORD}' VALID UNTIL '2001-01-01'", "has an expired password"),
        ("PASSWORD 'md5a3556571e93b0d20722ba62be61e8c2d'", "does not have a valid SCRAM secret"),
    ],
)
def test_who_has_no_secret_has_a_mock_one(kept: Postgres, more: str, lack: str) -> None:
    """CVE class: authentication of expired or absent users (CVE-2025-2291)."""
    with role(kept, more) as name:
        one = found(kept, name)
        assert one.secret.mock
        assert lack in one.lack
        assert one.secret == found(kept, name).secret


def test_an_unknown_user_is_nobody_else(kept: Postgres) -> None:
    """CVE class: an unknown user becoming another (CVE-2015-6817)."""
    with role(kept, f"PASSWORD '{PASSWORD}'", LONG):
        assert not found(kept, LONG).secret.mock
        for name in (
            LONG + "n",
            LONG[:-1],
            LONG.upper(),
            "",
            " ",
            "\udcff",
            "ghost'; --",
            "\u4eba",
        ):
            one = found(kept, name)
            assert one.secret.mock
            assert "does not exist" in one.lack


def test_a_query_of_the_dbas_tells_secrets_too(kept: Postgres) -> None:
    kept.execute(
        "CREATE FUNCTION public.secret_of(who text) RETURNS TABLE (a name, b text) LANGUAGE sql"
        " SECURITY DEFINER AS 'SELECT rolname, rolpassword FROM pg_authid WHERE rolname = who'"
    )
    with role(kept, f"PASSWORD '{PASSWORD}'") as name:
        one = found(kept, name, "SELECT * FROM public.secret_of($1)")
        assert is_key(client_key(PASSWORD, one.secret), one.secret.stored_key)
        other = f"SELECT '{name}', rolpassword FROM pg_authid WHERE rolname = '{name}' OR $1 = ''"
        assert found(kept, "ghost", other).secret.mock  # it answers for another user


@pytest.mark.parametrize(
    "query", ["SELECT $1 WHERE nonsense", "SELECT $1::text", "SELECT 1 / 0, $1"]
)
def test_a_query_that_does_not_work_lets_nobody_in(kept: Postgres, query: str) -> None:
    with pytest.raises(ServerUnavailable, match="pgtoll cannot look up passwords"):
        found(kept, "" if query == "SELECT $1::text" else "dana", query)


def test_who_may_not_read_secrets_is_told_what_to_do(kept: Postgres) -> None:
    with role(kept, "") as name:
        dsn = make_conninfo(kept.dsn, user=name)
        with pytest.raises(ConfigError, match=r"GRANT SELECT ON pg_catalog\.pg_authid"):
            with_lookup(kept, lambda lookup: lookup.check(""), dsn)
        with pytest.raises(ServerUnavailable):
            with_lookup(kept, lambda lookup: lookup.find("dana", ""), dsn)
    with_lookup(kept, lambda lookup: lookup.check(""))


def test_a_connection_that_broke_is_made_again(kept: Postgres) -> None:
    async def ask(lookup: Lookup) -> Found:
        await lookup.find("ghost", "")
        kept.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'pgtoll' AND datname = current_database()"
        )
        return await lookup.find("ghost", "")

    assert with_lookup(kept, ask).secret.mock


def test_a_slow_answer_is_not_waited_for(kept: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgtoll.login.lookup.LOOKUP_SECONDS", 0.3)

    async def ask(lookup: Lookup) -> Found:
        await lookup.find("ghost", "")
        with pytest.raises(ServerUnavailable):
            await lookup.find("ghost", "SELECT $1::text, pg_sleep(30)::text")
        return await lookup.find("ghost", "")

    assert with_lookup(kept, ask).secret.mock


def test_a_server_that_is_down_lets_nobody_in(kept: Postgres) -> None:
    down = replace(kept, port=1)
    with pytest.raises(ServerUnavailable):
        with_lookup(kept, lambda lookup: lookup.find("dana", ""), down.dsn)
