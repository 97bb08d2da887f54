"""Log in and log out."""

from dataclasses import dataclass
from math import ceil

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pgtoll.console.doorman import Doorman, cookie_name
from pgtoll.console.rendering import page
from pgtoll.console.sessions import new_word
from pgtoll.console.visit import own_path, read_form


@dataclass(frozen=True, slots=True)
class Door:
    """The pages for those who are not logged in."""

    doorman: Doorman

    async def show(self, request: Request) -> Response:
        """Ask for a name and a password."""
        if await self.doorman.who(request) is not None:
            return RedirectResponse("/", 303)
        over = bool(request.query_params.get("over"))
        return _asked(request, next_=request.query_params.get("next", "/"), over=over)

    async def log_in(self, request: Request) -> Response:
        """Let somebody in, or say why not."""
        form = await read_form(request)
        await request.close()  # a hostile form may have files
        name, password = str(form.get("user", "")), str(form.get("password", ""))
        next_ = own_path(str(form.get("next", "/")))
        address = request.client.host if request.client else ""
        admission = await self.doorman.log_in(name, password, address)
        if not admission.word:
            wait = ceil(admission.wait.total_seconds())
            return _asked(request, next_=next_, name=name, refusal=admission.refusal, wait=wait)
        response = RedirectResponse(next_, 303)
        _set_cookie(request, response, admission.word)
        return response

    async def log_out(self, request: Request) -> Response:
        """End the session."""
        await read_form(request)
        await request.close()
        await self.doorman.log_out(request)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(cookie_name(request), path="/")
        return response


def _asked(
    request: Request,
    *,
    next_: str,
    name: str = "",
    refusal: str = "",
    wait: int = 0,
    over: bool = False,
) -> Response:
    """Return the form. Its visitor gets a word of no session, so that forms of others are known."""
    word = request.cookies.get(cookie_name(request), "") or new_word()
    status = 429 if wait else 401 if refusal else 200
    values = {"next": own_path(next_), "name": name, "refusal": refusal, "over": over}
    response = page(request, "login.html", values, status=status, word=word)
    if wait:
        response.headers["retry-after"] = str(wait)
    _set_cookie(request, response, word)
    return response


def _set_cookie(request: Request, response: Response, word: str) -> None:
    response.set_cookie(
        cookie_name(request),
        word,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
