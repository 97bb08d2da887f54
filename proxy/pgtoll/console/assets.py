"""The files that pages refer to: their addresses change with their contents, so
browsers may keep them for ever.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def assets() -> Mapping[str, bytes]:
    """Return every file by its name."""
    folder = files("pgtoll.console").joinpath("static")
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


@cache
def asset_url(name: str) -> str:
    """Return where a file is to be had. Raises KeyError for one that is not there."""
    return f"/static/{name}?v={sha256(assets()[name]).hexdigest()[:12]}"


async def asset(request: Request) -> Response:
    """Serve one of the files."""
    name = request.path_params["name"]
    data = assets().get(name)
    if data is None:
        raise HTTPException(404)
    kind = TYPES[name[name.rindex(".") :]]
    return Response(data, media_type=kind, headers={"cache-control": FOR_EVER})
