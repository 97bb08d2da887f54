"""A proxy tells of a store that was taken back, and gives it what it lacks.

tests/live/test_restores.py restores real ones.
"""

import asyncio
from dataclasses import replace

import pytest
from license_samples import KEY, KEYS, MARKETING, NOW, REVOCATION, SERVER
from servers import Postgres
from stored import NOON

from pgtoll.backup.setbacks import Setback, sentence
from pgtoll.office.holdings import Holdings
from pgtoll.office.products import read_overview
from pgtoll.store.link import connect
from pgtoll.store.store import Store
from pgtoll.upkeep.vigilance import give_revocations, look_back, tell_setbacks
from pgtoll_policy.issue import sign

LATE = replace(REVOCATION, issued=NOON.replace(year=2900))


def test_a_sentence_says_what_to_do() -> None:
    told = sentence(Setback(NOON, "restored", "it was restored"))
    assert told.startswith("the store was taken back: it was restored; ")
    assert "pgtoll import FILE --newer" in told


def test_what_was_taken_back_is_told_and_mended(
    store_database: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    async def tell() -> None:
        store = await Store.connect(store_database.dsn)
        try:
            await look_back(store, NOON)
            assert caplog.text == ""
            store_database.execute("UPDATE pgtoll.whereabouts SET one = true")
            await look_back(store, NOON)
            assert caplog.text.count("it was loaded from a dump") == 1
            await tell_setbacks(store)
            assert caplog.text.count("it was loaded from a dump") == 2
            await _overview(store_database)
            for document in (MARKETING, SERVER):
                await store.upload(sign(document, KEY), KEYS, now=NOON)
            store.revoked.trust([sign(REVOCATION, KEY)], KEYS)
            await store.load_policy(KEYS)
            await give_revocations(store, KEYS, None, NOON)
            assert f"given a revocation that it had not: of {SERVER.id}" in caplog.text
            assert len(await store.documents()) == 3
            store_database.execute(
                "DROP TABLE pgtoll.setback CASCADE; DELETE FROM pgtoll.whereabouts"
            )
            store_database.execute("DROP TABLE pgtoll.whereabouts")
            await look_back(store, NOON)
            assert "cannot see where the store is" in caplog.text
        finally:
            await store.close()

    asyncio.run(tell())


async def _overview(database: Postgres) -> None:
    """The console shows it first."""
    connection = await connect(database.dsn)
    try:
        held = await Holdings(KEYS, None).read(connection)
        (told,) = (await read_overview(connection, held, NOW)).setbacks
        assert "it was loaded from a dump" in told
    finally:
        await connection.close()


def test_what_cannot_be_stored_is_told_and_holds_all_the_same(
    store_database: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    async def tell() -> None:
        store = await Store.connect(store_database.dsn)
        try:
            store.revoked.trust([sign(LATE, KEY)], KEYS)
            policy, _ = await store.load_policy(KEYS)
            assert policy.place.revoked == {SERVER.id}
            await give_revocations(store, KEYS, None, NOON)
            assert "nor could it be stored: file was issued on 2900" in caplog.text
        finally:
            await store.close()

    asyncio.run(tell())
