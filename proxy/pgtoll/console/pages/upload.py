"""Upload: what files say and would do, and then, if that is wanted, storing them.

Between the two the files travel in the page, so that nothing of them is kept here; they are
verified again when they come back.
"""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from pgtoll.console.fence import LARGEST_REQUEST
from pgtoll.console.visible import from_field, sentence
from pgtoll.console.visit import Visit
from pgtoll.errors import BadRecording, StoreError
from pgtoll.office.documents import NamedFile
from pgtoll.office.forecasts import Forecast
from pgtoll.office.models import Change
from pgtoll.office.refusals import Meanwhile, NotPossible
from pgtoll_policy.errors import LicenseError

FORECAST_SECONDS = 20.0
MOST_BYTES = LARGEST_REQUEST // 2  # of all files together: they come back a third longer


@dataclass(frozen=True, slots=True)
class Carried:
    """A file as it travels in the page."""

    name: str
    data: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a recording tells of an upload, or why it does not."""

    forecast: Forecast | None = None
    problem: str = ""


async def upload(visit: Visit) -> Response:
    """Ask for files."""
    return visit.page("upload.html", preview=None, carried=(), problem="", changes=(), done=None)


async def store(visit: Visit) -> Response:
    """Show what files would do, or store those that were shown."""
    if visit.text("do") == "store":
        return await _store(visit)
    files = await _chosen(visit)
    if not files:
        return _refused(visit, "Choose a file first.")
    if sum(len(file.data) for file in files) > MOST_BYTES:
        return _refused(
            visit, f"Together they are larger than {MOST_BYTES:,} bytes: fewer, please."
        )
    return await _preview(visit, files)


async def _store(visit: Visit) -> Response:
    files = _carried(visit)
    version = visit.text("version")
    try:
        uploaded = await visit.desk.upload(files, version=version, actor=visit.user, now=visit.now)
    except Meanwhile as exc:
        return await _preview(visit, files, problem=str(exc), changes=exc.changes)
    except (LicenseError, NotPossible) as exc:
        return await _preview(visit, files, problem=str(exc))
    return visit.page(
        "upload.html", preview=None, carried=(), problem="", changes=(), done=uploaded
    )


async def _preview(
    visit: Visit,
    files: list[NamedFile],
    *,
    problem: str = "",
    changes: tuple[Change, ...] = (),
) -> Response:
    try:
        preview = await visit.desk.preview_upload(files, visit.now)
    except NotPossible as exc:
        return _refused(visit, str(exc))
    told = await _forecast(visit, files) if preview.acceptable else Told()
    carried = [Carried(file.name, urlsafe_b64encode(file.data).decode()) for file in files]
    return visit.page(
        "upload.html",
        status=409 if problem else 200 if preview.acceptable else 422,
        preview=preview,
        carried=carried,
        problem=sentence(problem) if problem else "",
        changes=changes,
        done=None,
        told=told,
    )


async def _forecast(visit: Visit, files: list[NamedFile]) -> Told:
    """Return what the recording that is kept tells; that it tells nothing keeps nobody waiting."""
    try:
        async with asyncio.timeout(FORECAST_SECONDS):
            return Told(await visit.desk.forecast_upload(files, visit.now))
    except TimeoutError:
        return Told(problem="it takes too long to decide it all again")
    except (BadRecording, StoreError) as exc:
        return Told(problem=str(exc))


def _refused(visit: Visit, problem: str) -> Response:
    values = {"preview": None, "carried": (), "changes": (), "done": None}
    return visit.page(
        "upload.html", status=422, problem=sentence(problem) if problem else "", **values
    )


async def _chosen(visit: Visit) -> list[NamedFile]:
    """Return the files that the browser has sent."""
    files = [file for file in visit.form.getlist("files") if isinstance(file, UploadFile)]
    return [
        NamedFile(file.filename or "file", await file.read()) for file in files if file.filename
    ]


def _carried(visit: Visit) -> list[NamedFile]:
    """Return the files that came back in the form. Raises HTTPException."""
    try:
        names = [from_field(text) for text in visit.all("name")]
        data = [urlsafe_b64decode(text) for text in visit.all("data")]
    except ValueError as exc:
        raise HTTPException(400) from exc
    if len(names) != len(data):
        raise HTTPException(400)
    return [NamedFile(*pair) for pair in zip(names, data, strict=True)]
