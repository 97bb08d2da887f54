"""Notifications of changes: soon, and none missed for good when the server goes away."""

import asyncio
from contextlib import suppress

import pytest
from license_samples import KEY, KEYS, MARKETING, NOW
from servers import Postgres
from storage import in_store

from pgtoll.store.store import Store
from pgtoll_policy.issue import sign
from pgtoll_policy.policy import Pin

pytestmark = pytest.mark.live

ALL = ["policy", "catalog", "recording"]  # what is reported after each connection
SOON = 5.0


class Ear:
    """Collects what is heard."""

    def __init__(self, store: Store) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self._task = asyncio.ensure_future(store.listen(self.heard.put_nowait))

    async def next(self, number: int) -> list[str]:
        """Return the next notifications, in their order."""
        async with asyncio.timeout(SOON):
            return [await self.heard.get() for _ in range(number)]

    async def close(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


def test_changes_are_heard_of_at_once(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        ear = Ear(store)
        assert await ear.next(3) == ALL
        await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
        assert await ear.next(1) == ["policy"]
        store_database.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('p', 'u')")
        assert await ear.next(1) == ["policy"]
        store_database.execute("TRUNCATE pgtoll.seat")
        assert await ear.next(1) == ["policy"]
        policy, _ = await store.load_policy(KEYS)
        await store.publish(policy)
        await store.save_pins([Pin(1259, "marketing")])
        assert await ear.next(1) == ["catalog"]
        await store.save_pins([Pin(1259, "marketing")])
        assert ear.heard.empty()
        await ear.close()

    in_store(store_database, story)


def test_after_a_break_everything_is_reported_as_changed(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        ear = Ear(store)
        assert await ear.next(3) == ALL
        store_database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'pgtoll'"
        )
        assert await ear.next(3) == ALL
        await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
        assert await ear.next(1) == ["policy"]
        await ear.close()

    in_store(store_database, story)


def test_what_anybody_may_notify_in_any_encoding_ends_nothing(store_database: Postgres) -> None:
    name = store_database.dbname
    store_database.execute(f"ALTER DATABASE \"{name}\" SET client_encoding = 'LATIN1'")

    async def story(store: Store) -> None:
        ear = Ear(store)
        assert await ear.next(3) == ALL
        store_database.execute("NOTIFY pgtoll, U&'caf\\00e9'")
        assert await ear.next(1) == ["caf\ufffd"]
        store_database.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('p', 'u')")
        assert await ear.next(1) == ["policy"]
        await ear.close()

    in_store(store_database, story)
