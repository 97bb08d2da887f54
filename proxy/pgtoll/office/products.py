"""The overview of all products, and everything about one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pgtoll.backup.setbacks import read_open, sentence
from pgtoll.office.history import recent_changes, version_now
from pgtoll.office.holdings import Held
from pgtoll.office.models import (
    Element,
    Named,
    Overview,
    ProductLine,
    ProductPage,
    SeatLine,
    Slice,
    Status,
)
from pgtoll.office.people import login_roles
from pgtoll.office.standing import license_lines, product_line, product_lines
from pgtoll.store.link import Connection
from pgtoll.store.witness import like_pattern
from pgtoll_policy.documents import Product
from pgtoll_policy.objects import fold, parse_object
from pgtoll_policy.policy import Policy

MOST_TABLES = 200  # named for each line of a product's index
MOST_CHANGES = 100  # of a product's history

_SEATS = """
    SELECT username, granted_at, granted_by, rank FROM (
      SELECT username, granted_at, granted_by,
        row_number() OVER (ORDER BY granted_at, username COLLATE "C") - 1 AS rank
      FROM pgtoll.seat WHERE product = %(product)s
    ) s WHERE strpos(lower(username), lower(%(search)s)) > 0
    ORDER BY rank LIMIT %(limit)s OFFSET %(offset)s
"""

_FOUND = """
    SELECT count(*) FROM pgtoll.seat
    WHERE product = %(product)s AND strpos(lower(username), lower(%(search)s)) > 0
"""

_NAMED = """
    SELECT n.nspname::text, c.relname::text,
      ARRAY(SELECT p.code FROM pgtoll.pin x JOIN pgtoll.product p ON p.id = x.product
        WHERE x.relation = c.oid)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'pgtoll')
      AND (lower(c.relname::text COLLATE "C") LIKE ANY (%(patterns)s) OR EXISTS (
        SELECT FROM pgtoll.pin x JOIN pgtoll.product p ON p.id = x.product
        WHERE x.relation = c.oid AND p.code = %(product)s))
    ORDER BY 1, 2
"""


async def read_overview(connection: Connection, held: Held, now: datetime) -> Overview:
    """Return all products, and what does not count."""
    used = await read_used(connection)
    problems = (
        f"{one.document.kind} {one.document.code}".strip() + f" does not count: {one.reason}"
        for one in held.problems
    )
    back = tuple(sentence(one) for one in await read_open(connection))
    return Overview(product_lines(held, used, now), tuple(problems), back)


async def read_used(connection: Connection) -> dict[str, int]:
    """Return how many seats of each product are granted."""
    cursor = await connection.execute("SELECT product, count(*) FROM pgtoll.seat GROUP BY product")
    return dict(await cursor.fetchall())


async def read_line(connection: Connection, held: Held, code: str, now: datetime) -> ProductLine:
    """Return the overview's line of one product. Raises NotKnown."""
    cursor = await connection.execute("SELECT count(*) FROM pgtoll.seat WHERE product = %s", [code])
    ((used,),) = await cursor.fetchall()
    return product_line(held, code, used, now)


async def read_page(
    connection: Connection, held: Held, code: str, now: datetime, *, search: str, some: Slice
) -> ProductPage:
    """Return what the store knows of a product: nobody may log in yet, and no table is named."""
    line = await read_line(connection, held, code, now)
    product = held.policy.products[code]
    seats, found = await _read_seats(connection, line, search, some)
    return ProductPage(
        line=line,
        prefix=product.prefix,
        licenses=license_lines(held, code, now),
        elements=(),
        operations=tuple(Named(one.code, one.name) for one in product.operations),
        components=tuple(Named(one.code, one.name) for one in product.components),
        seats=seats,
        found=found,
        history=await recent_changes(connection, code, MOST_CHANGES),
        version=await version_now(connection),
    )


async def _read_seats(
    connection: Connection, line: ProductLine, search: str, some: Slice
) -> tuple[tuple[SeatLine, ...], int]:
    """Return some seats, and how many there are with what is searched for."""
    asked = {"product": line.code, "search": search, "limit": some.limit, "offset": some.offset}
    cursor = await connection.execute(_FOUND, asked)
    ((found,),) = await cursor.fetchall()
    cursor = await connection.execute(_SEATS, asked)
    # Where seats do not decide, none is too many.
    most = line.bought if line.status is Status.SEATS else line.used
    lines = (
        SeatLine(user, at, by, may_log_in=False, counts=rank < most)
        for user, at, by, rank in await cursor.fetchall()
    )
    return tuple(lines), found


async def complete(connection: Connection, page: ProductPage, policy: Policy) -> ProductPage:
    """Add what the served database knows: its login roles, and the tables that are meant."""
    roles = await login_roles(connection, (seat.user for seat in page.seats))
    product = policy.products[page.line.code]
    return replace(
        page,
        seats=tuple(replace(seat, may_log_in=seat.user in roles) for seat in page.seats),
        elements=await _read_elements(connection, product, policy),
    )


async def _read_elements(
    connection: Connection, product: Product, policy: Policy
) -> tuple[Element, ...]:
    """Return the lines of a product's index, and then what bore such a name before."""
    patterns = [like_pattern(parse_object(text).name) for text in product.objects]
    cursor = await connection.execute(_NAMED, {"patterns": patterns, "product": product.code})
    named, renamed = [], []
    for schema, name, pins in await cursor.fetchall():
        if product.code in policy.products_of(schema, name) and not set(pins) - {product.code}:
            named.append((schema, name))
        elif product.code in pins:
            renamed.append(f"{schema}.{name}")
    lines = [_element(text, named) for text in product.objects]
    return (*lines, *([_some("", renamed)] if renamed else ()))


def _element(text: str, relations: Iterable[tuple[str, str]]) -> Element:
    pattern = parse_object(text)
    return _some(
        text, [f"{s}.{name}" for s, name in relations if pattern.matches(fold(s), fold(name))]
    )


def _some(text: str, tables: list[str]) -> Element:
    return Element(text, tuple(tables[:MOST_TABLES]), len(tables))
