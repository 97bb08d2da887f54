"""What an import writes: tests/proxy/cli/test_importing.py compares whole stores."""

import asyncio
from dataclasses import replace

from servers import Postgres
from stored import EMPTY, FULL, verified

from pgtoll.backup.collecting import export_store, read_store
from pgtoll.backup.merging import merge
from pgtoll.backup.writing import write
from pgtoll.store.link import connect
from pgtoll_policy.coverage import Place


def test_all_of_it_is_read_again_as_it_was_written(store_database: Postgres) -> None:
    found = merge(verified(FULL), verified(EMPTY), Place(), FULL.origin.exported)

    async def tell() -> None:
        connection = await connect(store_database.dsn)
        told: list[str] = []
        async with connection.transaction():
            assert (await write(connection, found, FULL, told.append)).refusals == len(
                FULL.refusals
            )
            store = await read_store(connection, FULL.origin.exported)
        await connection.close()
        assert store.seats == tuple(sorted(FULL.seats, key=lambda one: one.granted_at))
        *own, first, last = store.seat_changes
        assert (first, last) == FULL.seat_changes
        assert [one.user for one in own] == [FULL.seats[1].user], "the file does not say when"
        assert [replace(one, id=0) for one in store.documents] == [
            replace(one, id=0) for one in FULL.documents
        ]
        assert store.origin.clock == FULL.origin.clock
        again = await export_store(
            store_database.dsn, store_database.dsn, FULL.origin.exported, refusals=True
        )
        assert again.refusals == FULL.refusals
        assert again.table_days == FULL.table_days

    asyncio.run(tell())
