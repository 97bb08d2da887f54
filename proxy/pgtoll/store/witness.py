"""What the witness must know of products, written where its functions see it.

They run inside clients' transactions and cannot verify signatures, so every proxy writes down what
it has verified, before it uses it.
"""

from collections.abc import Iterable

from pgtoll.store.link import Connection
from pgtoll.store.operations import publish_impersonators, publish_operations
from pgtoll.store.tables import replace_rows
from pgtoll_policy.documents import BASE
from pgtoll_policy.objects import parse_object
from pgtoll_policy.policy import Pin, Policy

Line = tuple[str, str]  # patterns for LIKE: of a schema, of a relation's name


def like_pattern(pattern: str) -> str:
    """Return a pattern whose only wildcard is `*` in the form that LIKE takes."""
    for special in "\\%_":
        pattern = pattern.replace(special, "\\" + special)
    return pattern.replace("*", "%")


async def publish(
    connection: Connection, policy: Policy, impersonators: Iterable[str] | None = None
) -> dict[str, int]:
    """Let the database know what it needs of a policy; return the witness's ids of products.

    An id stays a product's for good. Writes nothing that is there already. None leaves the
    impersonators as they are.
    """
    ids = await _publish_products(connection, policy)
    elements = {
        (ids[code], *line)
        for code, product in policy.products.items()
        if code != BASE  # which owns what no other product names
        for line in _lines(product.objects)
    }
    await replace_rows(connection, "pgtoll.element", "product, in_schema, in_name", elements)
    exempt = set(_lines(policy.exempt))
    await replace_rows(connection, "pgtoll.exempt", "in_schema, in_name", exempt)
    await publish_operations(connection, policy, ids)
    if impersonators is not None:
        await publish_impersonators(connection, impersonators)
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
