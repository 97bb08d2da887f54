"""Sessions: they end when not used, after a day's work, and with the right to manage licenses."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from servers import Postgres

from pgtoll.console.sessions import IDLE, LONGEST, Account, Sessions, form_word, new_word
from pgtoll.store.link import Link

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Work = Callable[[Sessions, Account, str], Awaitable[None]]


@pytest.fixture
def database(store_database: Postgres) -> Postgres:
    """A database of its own, with schema pgtoll."""
    return store_database


@pytest.fixture
def manager(database: Postgres) -> Iterator[str]:
    """A license administrator's role."""
    name = f"dana_{secrets.token_hex(4)}"
    database.execute(f"CREATE ROLE {name} LOGIN IN ROLE pgtoll_manager")
    try:
        yield name
    finally:
        database.execute(f"DROP ROLE IF EXISTS {name}")


def in_session(database: Postgres, name: str, work: Work) -> None:
    """Do something with a session that began at noon."""

    async def run() -> None:
        link = Link(database.dsn)
        sessions = Sessions(link)
        account = await sessions.account(name)
        assert account is not None
        try:
            await work(sessions, account, await sessions.open(account, NOON))
        finally:
            await link.close()

    asyncio.run(run())


def test_a_session_is_known_again_until_it_is_closed(database: Postgres, manager: str) -> None:
    async def work(sessions: Sessions, account: Account, word: str) -> None:
        assert await sessions.find(word, NOON) == account
        assert await sessions.find(new_word(), NOON) is None
        await sessions.close(word)
        assert await sessions.find(word, NOON) is None

    in_session(database, manager, work)


def test_use_keeps_a_session_alive_but_not_for_ever(database: Postgres, manager: str) -> None:
    async def work(sessions: Sessions, account: Account, word: str) -> None:
        now = NOON
        while now + IDLE - MINUTE < NOON + LONGEST:
            now += IDLE - MINUTE
            assert await sessions.find(word, now) == account
        assert await sessions.find(word, NOON + LONGEST) is None

    in_session(database, manager, work)


def test_a_page_that_asks_by_itself_does_not_keep_it_alive(
    database: Postgres, manager: str
) -> None:
    async def work(sessions: Sessions, account: Account, word: str) -> None:
        later = NOON + IDLE - MINUTE
        assert await sessions.find(word, later, in_use=False) == account
        assert await sessions.find(word, NOON + IDLE) is None

    in_session(database, manager, work)


@pytest.mark.parametrize(
    "loss",
    ["REVOKE pgtoll_manager FROM {0}", "ALTER ROLE {0} NOLOGIN", "DROP ROLE {0}",
     "ALTER ROLE {0} VALID UNTIL '2020-01-01'", "DROP ROLE {0}; CREATE ROLE {0} LOGIN IN ROLE"
     " pgtoll_manager"],
)  # fmt: skip
def test_a_session_ends_with_the_role_s_right(loss: str, database: Postgres, manager: str) -> None:
    async def work(sessions: Sessions, _account: Account, word: str) -> None:
        await asyncio.to_thread(database.execute, loss.format(manager))
        assert await sessions.find(word, NOON) is None

    in_session(database, manager, work)


def test_the_database_keeps_nothing_that_opens_a_session(database: Postgres, manager: str) -> None:
    async def work(_sessions: Sessions, _account: Account, word: str) -> None:
        with database.connect() as connection:
            kept = connection.execute("SELECT s::text FROM pgtoll.console_session s").fetchall()
        assert word not in str(kept)
        assert word.encode().hex() not in str(kept)

    in_session(database, manager, work)


def test_sessions_that_are_over_are_forgotten(database: Postgres, manager: str) -> None:
    async def work(sessions: Sessions, account: Account, _word: str) -> None:
        await sessions.open(account, NOON + IDLE)
        with database.connect() as connection:
            kept = connection.execute("SELECT count(*) FROM pgtoll.console_session").fetchone()
        assert kept == (1,)

    in_session(database, manager, work)


def test_a_role_without_the_right_has_no_account(database: Postgres, manager: str) -> None:
    database.execute(f"REVOKE pgtoll_manager FROM {manager}")

    async def ask() -> None:
        link = Link(database.dsn)
        assert await Sessions(link).account(manager) is None
        assert await Sessions(link).account("nobody at all") is None
        await link.close()

    asyncio.run(ask())


def test_a_form_s_word_follows_from_the_cookie_and_does_not_tell_it() -> None:
    word = new_word()
    assert form_word(word) == form_word(word) != form_word(new_word())
    assert word not in form_word(word)
