"""Databases to lint, made of values: Marketing and Stock, and what a test adds to them."""

from dataclasses import replace
from datetime import date, timedelta

from license_samples import MARKETING, NOW

from pgtoll.lint.ground import Ground, Unread
from pgtoll.office.holdings import Held
from pgtoll.office.idleness import SeatUse, Uses
from pgtoll.office.models import TableCap
from pgtoll.office.tables import Table, products_by_table
from pgtoll_policy.documents import Document
from pgtoll_policy.policy import compile_policy
from pgtoll_policy.rows import RelationRow

TODAY = NOW.date()
LONG_AGO = TODAY - timedelta(days=400)
STOCK = replace(MARKETING, code="stock", title="Stock", prefix="Stck", objects=("Stck*",),
                operations=())  # fmt: skip


def seat(
    user: str, *, last: int | None = None, granted: int = 300, product: str = "marketing"
) -> SeatUse:
    """A seat that was granted, and whose user was here last, so many days ago."""
    last_day = None if last is None else TODAY - timedelta(days=last)
    return SeatUse(product, user, TODAY - timedelta(days=granted), last_day)


def ground(
    *documents: Document,
    tables: tuple[str, ...] = (),
    seats: tuple[SeatUse, ...] = (),
    logins: dict[str, bool] | None = None,
    impersonated: bool = False,
    recorded: date = LONG_AGO,
    fullest: tuple[TableCap, ...] = (),
    unread: tuple[Unread, ...] = (),
) -> Ground:
    """Return a ground of these documents, and of tables of these names in schema public."""
    policy = compile_policy(documents, ())
    held = Held((), dict(enumerate(documents)), (), policy)
    made = tuple(
        Table(at, "public", name, "r", False, (), (), 0.0) for at, name in enumerate(tables)
    )
    return Ground(
        held=held,
        now=NOW,
        uses=Uses(seats, recorded),
        logins=dict.fromkeys((one.user for one in seats), True) if logins is None else logins,
        impersonated=impersonated,
        relations=tuple(RelationRow(one.oid, one.schema, one.name) for one in made),
        tables=made,
        belongs=products_by_table(made, policy),
        fullest=fullest,
        unread=unread,
    )
