"""Demo caps: how full the tables in demo mode are."""

from starlette.responses import Response

from pgtoll.console.listing import Links, last_page, read_page
from pgtoll.console.visit import Visit
from pgtoll.office.models import Slice

A_PAGE = 50


async def caps(visit: Visit) -> Response:
    """Show some tables, the fullest first."""
    word, number = visit.query("q"), read_page(visit.query("page"))
    page = await visit.desk.caps(visit.now, search=word, some=Slice(A_PAGE, (number - 1) * A_PAGE))
    return visit.page(
        "caps.html",
        page=page,
        word=word,
        number=number,
        last=last_page(page.total, A_PAGE),
        links=Links("/caps", {"q": word}),
    )
