"""A license administrator's browser without a screen: the console's pages, asked for and sent."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape

import httpx
from license_samples import NOW
from officing import Office, in_office
from servers import Postgres

from pgtoll.console.app import create_app
from pgtoll.console.doorman import Doorman
from pgtoll.console.sessions import Sessions, form_word
from pgtoll.store.link import Link

Fields = dict[str, str | list[str]]


@dataclass
class Visitor:
    """Somebody who is logged in."""

    client: httpx.AsyncClient
    word: str  # of the session

    async def get(self, path: str, *, status: int = 200) -> str:
        """Return a page."""
        response = await self.client.get(path)
        assert response.status_code == status, response.text
        return response.text

    async def send(
        self,
        path: str,
        fields: Fields | None = None,
        *,
        files: list[tuple[str, bytes]] | None = None,
    ) -> httpx.Response:
        """Send a form as one of our pages does."""
        data = {"csrf": form_word(self.word), **(fields or {})}
        sent = [("files", (name, content)) for name, content in files or ()]
        return await self.client.post(path, data=data, files=sent or None)


Story = Callable[[Office, Visitor], Awaitable[None]]


def on_pages(database: Postgres, story: Story) -> None:
    """Tell a story of Anna, who administers licenses, at the pages of a new database."""

    async def tell(office: Office) -> None:
        async with visiting(office, office.anna) as visitor:
            await story(office, visitor)

    in_office(database, tell)


@asynccontextmanager
async def visiting(office: Office, name: str) -> AsyncIterator[Visitor]:
    """Open the console as somebody who has logged in."""
    link = Link(office.database.dsn)
    sessions = Sessions(link)
    account = await sessions.account(name)
    assert account is not None
    word = await sessions.open(account, NOW)
    await link.close()
    async with console(office) as client:
        client.cookies.set("pgtoll", word)
        yield Visitor(client, word)


@asynccontextmanager
async def console(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    """Open the console as somebody whom it does not know."""
    doorman = Doorman(office.database.dsn, lambda: NOW)
    app = create_app(office.desk, config=office.config, now=lambda: NOW, doorman=doorman)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield client
    finally:
        await doorman.close()


def field(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])


def text(page: str) -> str:
    """Return what people read on a page, on one line."""
    body = re.sub(r"<(svg|script|head)\b.*?</\1>", "", page, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())
