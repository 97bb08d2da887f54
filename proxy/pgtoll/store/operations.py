"""What the database must know to answer whether a user may use an operation or component.

Every proxy writes down what it has verified: who controls which code, and what the licenses give
at any time. Seats and the clock's mark the database has itself, where it is the store.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from psycopg.types.range import TimestamptzRange

from pgtoll.store.link import Connection
from pgtoll.store.seats import Seat
from pgtoll.store.tables import replace_rows
from pgtoll_policy.coverage import Coverage, Span
from pgtoll_policy.policy import Policy, ProductState, State
from pgtoll_policy.wording import way_out


async def publish_operations(
    connection: Connection, policy: Policy, ids: Mapping[str, int]
) -> None:
    """Let the functions of schema pgtoll know a policy; `ids` are the witness's, by product."""
    codes = {(code, ids[product]) for code, product in _controlled(policy)}
    await replace_rows(connection, "pgtoll.operation", "code, product", codes)
    periods = [
        (ids[code], *period)
        for code in policy.products
        if (coverage := policy.coverage(code)) is not None
        for period in _periods(code, coverage)
    ]
    columns = "product, during, server, seats, reason, hint"
    await replace_rows(connection, "pgtoll.coverage", columns, periods)


async def publish_impersonators(connection: Connection, roles: Iterable[str]) -> None:
    """Let them know the roles that say by pgtoll.user for whom they work."""
    rows = {(role,) for role in roles}
    await replace_rows(connection, "pgtoll.impersonator", "rolename", rows)


async def copy_seats(connection: Connection, seats: Iterable[Seat]) -> None:
    """Make the seats of a database that is not the store those of the store."""
    rows = {(seat.product, seat.user, seat.granted_at, seat.granted_by) for seat in seats}
    columns = "product, username, granted_at, granted_by"
    await replace_rows(connection, "pgtoll.seat", columns, rows)


def _controlled(policy: Policy) -> Iterator[tuple[str, str]]:
    for product in policy.products.values():
        yield from ((one.code, product.code) for one in product.operations)
        yield from ((one.code, product.code) for one in product.components)


def _periods(product: str, coverage: Coverage) -> Iterator[tuple[object, ...]]:
    """Yield what is in force from one instant until the next, the first and last without end."""
    bounds = pairwise((None, *coverage.instants, None))
    for (begin, end), span in zip(bounds, coverage.spans, strict=True):
        during = TimestamptzRange(begin, end, "[)" if begin else "()")
        hint = "" if span.in_force else _hint(product, span)
        yield during, span.server, span.seats, span.reason, hint


def _hint(product: str, span: Span) -> str:
    """Return what helps against what concerns all users alike."""
    return way_out(ProductState(product, product, State.REFUSED, span.reason), "")
