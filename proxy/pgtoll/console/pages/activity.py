"""Activity: what was refused, as it happens, and how to put each right."""

from starlette.responses import Response

from pgtoll.console.listing import Links
from pgtoll.console.visit import Visit

A_PAGE = 50


async def activity(visit: Visit) -> Response:
    """Show the latest refusals, or those before one."""
    before = visit.query("before")
    user, product = visit.query("user"), visit.query("product")
    found = await visit.desk.activity(
        visit.now,
        before=int(before) if _is_number(before) else None,
        user=user,
        product=product,
        limit=A_PAGE,
    )
    return visit.page(
        "activity.html",
        refusals=found.refusals,
        version=found.version,
        live=not before,
        older=found.refusals[-1].id if len(found.refusals) == A_PAGE else 0,
        user_filter=user,
        product_filter=product,
        gave=visit.query("gave"),
        of=visit.query("of"),
        links=Links("/activity", {"user": user, "product": product}),
    )


async def rows(visit: Visit) -> Response:
    """Return what was refused since a version, for the script that keeps the page up to date."""
    found = await visit.desk.activity(
        visit.now,
        since=visit.query("since"),
        user=visit.query("user"),
        product=visit.query("product"),
        limit=A_PAGE,
    )
    response = visit.page("refusals.html", refusals=found.refusals)
    response.headers["x-version"] = found.version
    return response


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
