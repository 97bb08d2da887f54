"""One request of somebody who is logged in: who it is, and what its page may use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pgtoll.config import Config
from pgtoll.console.doorman import FORM_FIELD, Doorman, is_ours
from pgtoll.console.fence import LARGEST_REQUEST
from pgtoll.console.rendering import page
from pgtoll.console.visible import from_field
from pgtoll.office.desk import Desk

MOST_FIELDS = 25_000  # of a form: more seats than a page shows may be marked on it
MOST_FILES = 50

NOT_OURS = "This form did not come from a page of the console. Open the page anew and try again."


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page is given."""

    request: Request
    desk: Desk
    config: Config
    user: str
    now: datetime
    form: FormData

    def page(self, template: str, *, status: int = 200, **values: object) -> Response:
        """Return a page of this visitor's."""
        return page(self.request, template, values, status=status)

    def query(self, name: str) -> str:
        """Return a parameter of the address, "" when it is not there."""
        return self.request.query_params.get(name, "")

    def redirect(self, path: str, **parameters: str | int) -> Response:
        """Send the browser to one of our pages, with parameters that are not "" or 0."""
        kept = {name: value for name, value in parameters.items() if value}
        return RedirectResponse(f"{path}?{urlencode(kept)}" if kept else path, 303)

    def code(self) -> str:
        """Return the product that the address names."""
        return str(self.request.path_params["code"])

    def text(self, name: str) -> str:
        """Return a field of the form as text, "" when it is not there."""
        value = self.form.get(name)
        return value.strip() if isinstance(value, str) else ""

    def all(self, field: str) -> list[str]:
        """Return all texts of a field."""
        return [value for value in self.form.getlist(field) if isinstance(value, str)]

    def names(self, field: str) -> tuple[str, ...]:
        """Return the names that a field of the form has, each once. Raises HTTPException."""
        try:
            return tuple(dict.fromkeys(map(from_field, self.all(field))))
        except ValueError as exc:
            raise HTTPException(400) from exc

    def name(self, field: str) -> str:
        """Return the one name that a field has, "" when it is not there. Raises HTTPException."""
        return next(iter(self.names(field)), "")


Page = Callable[[Visit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Reception:
    """Leads requests to pages: those of people who are logged in, and of nobody else."""

    desk: Desk
    doorman: Doorman
    config: Config
    now: Callable[[], datetime]

    def to(self, page: Page, *, in_use: bool = True) -> Endpoint:
        """Return the endpoint of a page.

        A page that asks for itself by script is not `in_use`: it does not keep a session alive.
        """

        async def endpoint(request: Request) -> Response:
            account = await self.doorman.who(request, in_use=in_use)
            if account is None:
                return _to_log_in(request)
            request.state.user = account.name
            request.state.proven = account.proven
            now = self.now()
            try:
                form = await read_form(request) if request.method == "POST" else FormData()
                return await page(Visit(request, self.desk, self.config, account.name, now, form))
            finally:
                await request.close()  # the files of its form

        return endpoint


async def read_form(request: Request) -> FormData:
    """Return the form of a request. Raises HTTPException when it is not one of ours."""
    form = await request.form(
        max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_REQUEST
    )
    word = form.get(FORM_FIELD)
    if not isinstance(word, str) or not is_ours(request, word):
        raise HTTPException(403, NOT_OURS)
    return form


def own_path(text: str) -> str:
    """Return a path of ours as given, "/" for whatever would lead elsewhere."""
    parts = urlsplit(text)
    plain = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if plain and not parts.scheme and not parts.netloc and "\\" not in text else "/"


def _to_log_in(request: Request) -> Response:
    url = request.url
    back = url.path + (f"?{url.query}" if url.query else "")
    if request.method != "GET":
        return RedirectResponse(f"/login?over=1&next={quote(url.path)}", 303)
    return RedirectResponse("/login" if back == "/" else f"/login?next={quote(back)}", 303)
