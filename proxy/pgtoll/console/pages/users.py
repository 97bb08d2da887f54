"""Users: who has what."""

from starlette.responses import Response

from pgtoll.console.listing import Links, last_page, read_page
from pgtoll.console.visit import Visit
from pgtoll.office.models import Slice
from pgtoll_policy.policy import State

A_PAGE = 50
NAMED = 10  # of the products that everybody may use


async def users(visit: Visit) -> Response:
    """Show some users and their seats."""
    word, number = visit.query("q"), read_page(visit.query("page"))
    some = Slice(A_PAGE, (number - 1) * A_PAGE)
    page = await visit.desk.users(visit.now, search=word, some=some)
    everybody = [state for state in page.without_seat if state.state is not State.REFUSED]
    everybody.sort(key=lambda state: (state.state is State.DEMO, state.title.casefold()))
    return visit.page(
        "users.html",
        page=page,
        titles={state.product: state.title for state in page.without_seat},
        everybody=everybody[:NAMED],
        more=max(len(everybody) - NAMED, 0),
        word=word,
        number=number,
        last=last_page(page.total, A_PAGE),
        links=Links("/users", {"q": word}),
    )
