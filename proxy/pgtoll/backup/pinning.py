"""Relations are pinned to products by ids; in another cluster they are found by their names."""

from collections.abc import Sequence
from dataclasses import dataclass

from pgtoll.backup import setbacks
from pgtoll.backup.contents import NamedPin
from pgtoll.store.link import Connection
from pgtoll.store.witness import read_pins, save_pins
from pgtoll_policy.policy import Pin


@dataclass(frozen=True, slots=True)
class Pinned:
    """What pinning did."""

    new: int
    nowhere: tuple[NamedPin, ...]


_RELATIONS = """
SELECT c.oid::int8, n.nspname, c.relname, c.relkind::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relpersistence <> 't'
"""


async def pin(connection: Connection, pins: Sequence[NamedPin]) -> Pinned:
    """Settle the products of what has the same name and kind, beside what is settled."""
    if await setbacks.is_copied(connection):  # by what was here before, other relations would be
        await connection.execute("DELETE FROM pgtoll.pin")
    rows = await (await connection.execute(_RELATIONS)).fetchall()
    oids = {(schema, name, kind): oid for oid, schema, name, kind in rows}
    before = set(await read_pins(connection))
    wanted, nowhere = set[Pin](), list[NamedPin]()
    for one in pins:
        oid = oids.get((one.schema, one.name, one.kind))
        if oid is None:
            nowhere.append(one)
        else:
            wanted.add(Pin(oid, one.product))
    await connection.execute(
        "INSERT INTO pgtoll.product (code) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
        [sorted({one.product for one in wanted})],
    )
    await save_pins(connection, wanted)
    return Pinned(len(wanted - before), tuple(nowhere))
