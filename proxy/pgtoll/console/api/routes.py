"""The API as an application that the console mounts."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from pgtoll.config import Config
from pgtoll.console.api.calls import CALLS
from pgtoll.console.api.declaration import Call, Need
from pgtoll.console.api.endpoint import Counter
from pgtoll.console.api.openapi import document
from pgtoll.console.api.problems import respond
from pgtoll.console.api.reference import page
from pgtoll.console.api.sharing import shared
from pgtoll.console.doorman import Doorman
from pgtoll.office.desk import Desk


def api_routes(
    desk: Desk, doorman: Doorman, config: Config, now: Callable[[], datetime]
) -> Sequence[BaseRoute]:
    """Return what answers below /api."""
    counter = Counter(desk, doorman, config, now)
    routes = [_route(call, counter, config.console.cors_origins) for call in CALLS]
    described = [Route("/", _page), Route("/openapi.json", _document)]
    return [
        Mount(
            "/api",
            Starlette(routes=[*described, *routes], exception_handlers={HTTPException: _refused}),
        )
    ]


def _route(call: Call, counter: Counter, origins: Sequence[str]) -> Route:
    endpoint = counter.endpoint(call)
    if call.need is Need.TOKEN:
        return Route(call.path, shared(endpoint, origins), methods=[call.method, "OPTIONS"])
    return Route(call.path, endpoint, methods=[call.method])


async def _page(_request: Request) -> Response:
    return HTMLResponse(page(CALLS))


async def _document(_request: Request) -> Response:
    data = json.dumps(document(CALLS), ensure_ascii=False, indent=1).encode()
    return Response(data, media_type="application/json")


async def _refused(_request: Request, exc: Exception) -> Response:
    return respond(exc)
