"""Products: all there are, and first what has run out or soon will."""

from starlette.responses import Response

from pgtoll.console.listing import FIRST, ORDERS, Links, cut, found, ordered
from pgtoll.console.visit import Visit

A_PAGE = 100

COLUMNS = (
    ("title", "Product"),
    ("type", "Type"),
    ("starts", "From"),
    ("due", "Due"),
    ("status", "Status"),
    ("used", "Used"),
    ("available", "Available"),
)


async def products(visit: Visit) -> Response:
    """Show the products."""
    overview = await visit.desk.overview(visit.now)
    lines = overview.products
    word, order = visit.query("q"), visit.query("sort")
    order = order if order in ORDERS else FIRST
    down = visit.query("down") == "1"
    shown = ordered(found(lines, word), order, descending=down)
    parameters = {
        "q": word,
        "sort": "" if order == FIRST else order,
        "down": "1" if down else "",
    }
    return visit.page(
        "products.html",
        cut=cut(shown, visit.query("page"), A_PAGE),
        urgent=[one for one in ordered(lines, FIRST) if one.warning],
        known=len(lines),
        problems=overview.problems,
        setbacks=overview.setbacks,
        columns=COLUMNS,
        word=word,
        order=order,
        down=down,
        links=Links("/", parameters),
    )
