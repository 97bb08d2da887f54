"""Relations are found by their names: tests/proxy/cli/test_importing.py moves whole stores."""

import asyncio

from servers import Postgres

from pgtoll.backup.contents import NamedPin
from pgtoll.backup.pinning import Pinned, pin
from pgtoll.store.link import connect


def test_only_what_has_the_name_and_is_of_its_kind_is_pinned(store_database: Postgres) -> None:
    pins = [
        NamedPin("public", "here", "r", 1, "p"),
        NamedPin("public", "view", "r", 2, "p"),
        NamedPin("other", "here", "r", 3, "p"),
    ]

    async def tell() -> tuple[Pinned, Pinned, Pinned]:
        store_database.execute("CREATE TABLE public.here (); CREATE VIEW public.view AS SELECT 1")
        connection = await connect(store_database.dsn)
        try:
            once, again = await pin(connection, pins), await pin(connection, pins)
            # As after a dump was loaded: by then other relations have the ids.
            await connection.execute(
                "INSERT INTO pgtoll.setback (how, reason) VALUES ('copied', 'r');"
                "UPDATE pgtoll.pin SET relation = 'public.view'::regclass"
            )
            return once, again, await pin(connection, pins)
        finally:
            await connection.close()

    once, again, anew = asyncio.run(tell())
    assert (once.new, once.nowhere) == (1, tuple(pins[1:]))
    assert again.new == 0
    assert anew.new == 1
    with store_database.connect() as session:
        rows = session.execute("SELECT relation::regclass::text FROM pgtoll.pin").fetchall()
    assert rows == [("here",)]
