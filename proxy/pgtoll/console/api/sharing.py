"""Who else's pages may ask: front ends of the configured origins, about operations alone."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from pgtoll.console.api.endpoint import Endpoint

ANY = "*"
A_DAY = "86400"  # seconds that browsers need not ask again


def shared(endpoint: Endpoint, origins: Iterable[str]) -> Endpoint:
    """Return an endpoint whose answers browsers show to pages of these origins."""
    allowed = frozenset(origins)

    async def answer(request: Request) -> Response:
        response = Response(status_code=204) if request.method == "OPTIONS" else None
        if response is None:
            response = await endpoint(request)
        _allow(request.headers.get("origin", ""), response, allowed)
        return response

    return answer


def _allow(origin: str, response: Response, allowed: frozenset[str]) -> None:
    response.headers["vary"] = "Origin"
    if not origin or not allowed & {ANY, origin}:
        return
    response.headers["access-control-allow-origin"] = origin
    response.headers["access-control-allow-methods"] = "GET"
    response.headers["access-control-allow-headers"] = "authorization"
    response.headers["access-control-max-age"] = A_DAY
    response.headers["cross-origin-resource-policy"] = "cross-origin"
