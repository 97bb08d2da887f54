"""What went wrong, as a page: in words for people, and never with our own insides."""

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pgtoll.console.rendering import page
from pgtoll.console.visible import sentence
from pgtoll.office.refusals import NotAManager, NotKnown, NotPossible

log = logging.getLogger("pgtoll.console")

TITLES = {
    400: "That request makes no sense",
    403: "That is not allowed",
    404: "There is no such page",
    405: "That cannot be done here",
    413: "That is too large",
    503: "The database cannot do that now",
}
WORDS = {
    400: "The browser sent what no page of the console sends.",
    403: "Open the page anew and try again.",
    404: "The address may be mistyped, or what it showed is gone.",
    405: "The page was asked for in a way that it does not know.",
}
UNEXPECTED = "Something went wrong that should not have. It is in the log of the console."


async def refused(request: Request, exc: Exception) -> Response:
    """Show what the framework, or a page, refuses."""
    assert isinstance(exc, HTTPException)  # noqa: S101  # it is registered for nothing else
    status = exc.status_code
    told = exc.detail if exc.detail not in ("", _phrase(status)) else WORDS.get(status, "")
    return _page(request, status, TITLES.get(status, "That did not work"), told)


async def store_failed(request: Request, exc: Exception) -> Response:
    """Show what the store said, which is written for administrators."""
    if isinstance(exc, NotKnown):
        return _page(request, 404, "There is no such thing", sentence(exc))
    if isinstance(exc, NotAManager):
        return _page(request, 403, TITLES[403], sentence(exc))
    if isinstance(exc, NotPossible):
        return _page(request, 409, "That is not possible", sentence(exc))
    log.error("%s %s: %s", request.method, request.url.path, exc)
    return _page(request, 503, TITLES[503], sentence(exc))


async def unexpected(request: Request, exc: Exception) -> Response:
    """Show that it is our fault. The framework has logged the traceback."""
    return _page(request, 500, "That did not work", UNEXPECTED)


def _page(request: Request, status: int, title: str, words: str) -> Response:
    values = {"title": title, "words": words, "number": status}
    return page(request, "error.html", values, status=status)


def _phrase(status: int) -> str:
    return str(HTTPException(status).detail)
