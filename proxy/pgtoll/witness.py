"""What the witness must know of products, written where its functions see it.

They run inside clients' transactions and cannot verify signatures, so every proxy writes down what
it has verified, before it uses it.
"""

from collections.abc import Iterable

from pgtoll.link import Connection
from pgtoll_policy.documents import BASE
from pgtoll_policy.objects import parse_object
from pgtoll_policy.policy import Pin, Policy

Line = tuple[str, str]  # patterns for LIKE: of a schema, of a relation's name


def like_pattern(pattern: str) -> str:
    """Return a pattern whose only wildcard is `*` in the form that LIKE takes."""
    for special in "\\%_":
        pattern = pattern.replace(special, "\\" + special)
    return pattern.replace("*", "%")


async def publish(connection: Connection, policy: Policy) -> dict[str, int]:
    """Let the witness know the policy's objects and exempt tables; return its ids of products.

    An id stays a product's for good. Writes nothing that is there already.
    """
    ids = await _publish_products(connection, policy)
    elements = {
        (ids[code], *line)
        for code, product in policy.products.items()
        if code != BASE  # which owns what no other product names
        for line in _lines(product.objects)
    }
    await _replace(connection, "pgtoll.element", "product, in_schema, in_name", elements)
    exempt = set(_lines(policy.exempt))
    await _replace(connection, "pgtoll.exempt", "in_schema, in_name", exempt)
    return ids


async def read_product_ids(connection: Connection) -> dict[str, int]:
    """Return the witness's ids of products, by code."""
    cursor = await connection.execute("SELECT code, id FROM pgtoll.product")
    return dict(await cursor.fetchall())


async def read_pins(connection: Connection) -> list[Pin]:
    """Return the relations whose product is settled."""
    cursor = await connection.execute(
        "SELECT n.relation, p.code FROM pgtoll.pin n JOIN pgtoll.product p ON p.id = n.product"
        " ORDER BY 1, 2"
    )
    return [Pin(relation, code) for relation, code in await cursor.fetchall()]


async def save_pins(connection: Connection, pins: Iterable[Pin]) -> None:
    """Settle the products of relations, beside what is settled; forget those that were dropped.

    Products must have been published.
    """
    pins = tuple(pins)
    await connection.execute(
        "INSERT INTO pgtoll.pin (relation, product)"
        " SELECT n.relation::oid, p.id"
        " FROM unnest(%s::bigint[], %s::text[]) AS n (relation, code)"
        " JOIN pgtoll.product p USING (code)"
        " WHERE EXISTS (SELECT FROM pg_class c WHERE c.oid = n.relation::oid)"
        " ON CONFLICT DO NOTHING",
        [[pin.relation for pin in pins], [pin.product for pin in pins]],
    )
    await connection.execute(
        "DELETE FROM pgtoll.pin n"
        " WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = n.relation)"
    )


def _lines(objects: Iterable[str]) -> list[Line]:
    patterns = (parse_object(text) for text in objects)
    return [(like_pattern(one.schema), like_pattern(one.name)) for one in patterns]


async def _publish_products(connection: Connection, policy: Policy) -> dict[str, int]:
    ids = await read_product_ids(connection)
    new = sorted(code for code in policy.products if code not in ids)
    if not new:
        return ids
    await connection.execute(
        "INSERT INTO pgtoll.product (code) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [new]
    )
    return await read_product_ids(connection)


async def _replace(
    connection: Connection, table: str, columns: str, wanted: set[tuple[int, str, str]] | set[Line]
) -> None:
    """Make the rows of a table those that are wanted. Table and columns are our own text."""
    if await _rows(connection, table, columns) == wanted:
        return
    await connection.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE".encode())
    there = await _rows(connection, table, columns)
    places = ", ".join(["%s"] * (columns.count(",") + 1))
    async with connection.cursor() as cursor:
        await cursor.executemany(
            f"DELETE FROM {table} WHERE ({columns}) = ({places})".encode(),  # noqa: S608
            sorted(there - wanted),
        )
        await cursor.executemany(
            f"INSERT INTO {table} ({columns}) VALUES ({places})".encode(),  # noqa: S608
            sorted(wanted - there),
        )


async def _rows(connection: Connection, table: str, columns: str) -> set[tuple[int | str, ...]]:
    cursor = await connection.execute(f"SELECT {columns} FROM {table}".encode())  # noqa: S608
    return set(await cursor.fetchall())
