"""A product: what it is, who has a seat, and who shall."""

from starlette.responses import Response

from pgtoll.console.listing import last_page, read_page
from pgtoll.console.pie import pie
from pgtoll.console.staging import Staging, read_staging, settled
from pgtoll.console.visible import sentence
from pgtoll.console.visit import Visit
from pgtoll.office.models import Change, ProductPage, Slice, Status
from pgtoll.office.refusals import Meanwhile, NotPossible

SEATS = 100  # on a page
CANDIDATES = 20  # of those who have no seat; a search finds the others


async def product(visit: Visit) -> Response:
    """Show a product, with the changes that a link may propose."""
    proposed = tuple(dict.fromkeys(visit.request.query_params.getlist("grant")))
    staging = Staging(grant=tuple(name for name in proposed if name))
    return await _show(visit, staging, filter_=visit.query("filter"), page=visit.query("page"))


async def change(visit: Visit) -> Response:
    """Apply what is marked, or show the page again with it."""
    staging = read_staging(visit)
    if visit.text("do") == "apply":
        return await _apply(visit, staging)
    return await _look(visit, staging)


async def candidates(visit: Visit) -> Response:
    """Return users without a seat, for the script that looks for them while one types."""
    found = await _candidates(visit, visit.code(), visit.query("find"))
    return visit.page("candidates.html", candidates=found, find=visit.query("find"), staging=None)


async def give(visit: Visit) -> Response:
    """Give one user a seat at once, and go back to where that was proposed."""
    user = visit.name("user")
    applied = await visit.desk.apply(visit.code(), grant=[user], actor=visit.user, now=visit.now)
    return visit.redirect("/activity", gave=user, of=applied.product)


async def _apply(visit: Visit, staging: Staging) -> Response:
    if not staging:
        return await _look(visit, staging, problem="Nothing is marked: add or recall somebody.")
    try:
        applied = await visit.desk.apply(
            visit.code(),
            grant=staging.grant,
            recall=staging.recall,
            version=visit.text("version"),
            actor=visit.user,
            now=visit.now,
        )
    except Meanwhile as exc:
        left = settled(staging, exc.changes)
        return await _look(visit, left, problem=sentence(exc), changes=exc.changes)
    except NotPossible as exc:
        return await _look(visit, staging, problem=sentence(exc))
    done = {"granted": len(applied.granted), "recalled": len(applied.recalled)}
    if applied.meanwhile:
        return await _show(visit, Staging(), done=done, changes=applied.meanwhile)
    return visit.redirect(visit.request.url.path, **done)


async def _look(
    visit: Visit, staging: Staging, *, problem: str = "", changes: tuple[Change, ...] = ()
) -> Response:
    """Show the page that the form was on, with nothing of it lost."""
    return await _show(
        visit,
        staging,
        find=visit.text("find"),
        filter_=visit.text("filter"),
        page=visit.text("turn") or visit.text("page"),
        problem=problem,
        changes=changes,
    )


async def _show(
    visit: Visit,
    staging: Staging,
    *,
    find: str = "",
    filter_: str = "",
    page: str = "",
    problem: str = "",
    changes: tuple[Change, ...] = (),
    done: dict[str, int] | None = None,
) -> Response:
    code, number = visit.code(), read_page(page)
    some = Slice(SEATS, (number - 1) * SEATS)
    shown = await visit.desk.product(code, visit.now, search=filter_, seats=some)
    editable = shown.line.status is Status.SEATS
    return visit.page(
        "product.html",
        status=409 if problem else 200,
        shown=shown,
        line=shown.line,
        pie=pie(shown.line.used, shown.line.bought),
        editable=editable,
        staging=staging,
        unseen=_unseen(shown, staging),
        candidates=await _candidates(visit, code, find) if editable else (),
        find=find,
        filter=filter_,
        number=number,
        last=last_page(shown.found, SEATS),
        problem=problem,
        changes=changes,
        done=done or _done(visit),
    )


async def _candidates(visit: Visit, code: str, find: str) -> tuple[str, ...]:
    page = await visit.desk.users(
        visit.now, search=find, lacking=code, some=Slice(limit=CANDIDATES)
    )
    return tuple(user.name for user in page.users)


def _unseen(shown: ProductPage, staging: Staging) -> tuple[str, ...]:
    """Return who is to lose a seat and is on another page of the list."""
    seen = {seat.user for seat in shown.seats}
    return tuple(user for user in staging.recall if user not in seen)


def _done(visit: Visit) -> dict[str, int]:
    """Return what the address says was done just now. It is numbers alone: anybody can write it."""
    names = ("granted", "recalled", "deleted", "uploaded")
    texts = {name: visit.query(name) for name in names}
    return {name: int(text) for name, text in texts.items() if text.isdecimal() and len(text) < 8}
