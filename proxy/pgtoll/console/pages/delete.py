"""Delete: what becomes of a product without its licenses, and then, if that is wanted, doing it."""

from starlette.responses import Response

from pgtoll.console.visit import Visit
from pgtoll.office.models import Change
from pgtoll.office.refusals import Meanwhile


async def ask(visit: Visit) -> Response:
    """Say what deleting would do."""
    return await _ask(visit)


async def delete(visit: Visit) -> Response:
    """Delete all licenses of the product."""
    version = visit.text("version")
    try:
        deleted = await visit.desk.delete(visit.code(), version=version, actor=visit.user)
    except Meanwhile as exc:
        return await _ask(visit, changes=exc.changes)
    back = visit.request.url.path.removesuffix("/delete")
    return visit.redirect(back, deleted=len(deleted.licenses))


async def _ask(visit: Visit, *, changes: tuple[Change, ...] = ()) -> Response:
    preview = await visit.desk.preview_delete(visit.code(), visit.now)
    status = 409 if changes else 200
    return visit.page("delete.html", status=status, preview=preview, changes=changes)
