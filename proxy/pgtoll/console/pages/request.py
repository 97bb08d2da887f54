"""Request: what to ask the vendor for, as a file to send them."""

from dataclasses import dataclass

from starlette.responses import Response

from pgtoll.console.visible import sentence
from pgtoll.console.visit import Visit
from pgtoll.office.models import ProductLine
from pgtoll.office.refusals import NotPossible
from pgtoll_policy.request import Want, render_request

OTHERS = 3  # rows for products that are not known here yet
TYPES = ("personal", "server")


@dataclass(frozen=True, slots=True)
class Row:
    """A product on the form, and what is filled in."""

    code: str
    title: str  # "" for a product that is not known here
    used: int
    bought: int
    type: str = ""  # "" is not asked for
    seats: str = ""


async def request(visit: Visit) -> Response:
    """Show the form, with what a link asks for filled in."""
    overview = await visit.desk.overview(visit.now)
    wanted = visit.query("product")
    rows = [_known(line, wanted=line.code == wanted) for line in overview.products]
    others = [Row("", "", 0, 0)] * OTHERS
    customer = visit.config.customer or ""
    return _form(visit, _first(rows, wanted), others, customer=customer, version="")


async def download(visit: Visit) -> Response:
    """Return the file, or the form with what is wrong with it."""
    overview = await visit.desk.overview(visit.now)
    rows = [_filled(visit, line.code, line) for line in overview.products]
    others = [_other(visit, number) for number in range(OTHERS)]
    customer, version = visit.text("customer"), visit.text("version")
    try:
        made = await visit.desk.request(
            customer=customer,
            version=version or None,
            wants=[_want(row) for row in (*rows, *others) if row.type and row.code],
            now=visit.now,
        )
    except NotPossible as exc:
        problem = sentence(exc)
        return _form(visit, rows, others, customer=customer, version=version, problem=problem)
    headers = {"content-disposition": f'attachment; filename="{visit.now:%Y-%m-%d}.tlr"'}
    return Response(render_request(made), media_type="application/octet-stream", headers=headers)


def _form(
    visit: Visit,
    rows: list[Row],
    others: list[Row],
    *,
    customer: str,
    version: str,
    problem: str = "",
) -> Response:
    return visit.page(
        "request.html",
        status=422 if problem else 200,
        rows=rows,
        others=others,
        customer=customer,
        version=version,
        problem=problem,
    )


def _known(line: ProductLine, *, wanted: bool) -> Row:
    seats = str(max(line.bought, line.used, 1)) if "server" not in line.types else ""
    type_ = (line.types[0] if line.types else "personal") if wanted else ""
    return Row(line.code, line.title, line.used, line.bought, type_, seats if wanted else "")


def _first(rows: list[Row], wanted: str) -> list[Row]:
    return sorted(rows, key=lambda row: (row.code != wanted, row.title.casefold()))


def _filled(visit: Visit, code: str, line: ProductLine) -> Row:
    type_ = visit.text(f"type:{code}")
    type_ = type_ if type_ in TYPES else ""
    return Row(code, line.title, line.used, line.bought, type_, visit.text(f"seats:{code}"))


def _other(visit: Visit, number: int) -> Row:
    type_ = visit.text(f"other-type:{number}")
    code, seats = visit.text(f"other:{number}"), visit.text(f"other-seats:{number}")
    return Row(code, "", 0, 0, type_ if type_ in TYPES and code else "", seats)


def _want(row: Row) -> Want:
    """Return what is wanted; no seats at all, which the desk refuses, for what is no number."""
    if row.type == "server":
        return Want(row.code, None)
    return Want(row.code, int(row.seats) if row.seats.isdecimal() and len(row.seats) < 9 else 0)
