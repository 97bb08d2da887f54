"""A license administrator's desk in front of a real database, to tell stories at."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx
from initialised import make_store
from license_samples import MARKETING, NOW, PERSONAL
from servers import Postgres
from starlette.applications import Starlette

from pgtoll.config import Config, Console, Server, Store, Trust
from pgtoll.console.api.routes import api_routes
from pgtoll.console.doorman import Doorman
from pgtoll.console.fence import Fence
from pgtoll.office.desk import Desk
from pgtoll.office.documents import NamedFile
from pgtoll.office.links import Links
from pgtoll.office.models import Applied
from pgtoll.store.link import Connection
from pgtoll_policy.documents import Document
from pgtoll_policy.issue import generate_key, parse_private_key, sign

_PRIVATE, PUBLIC = generate_key()
KEY = parse_private_key(_PRIVATE)

TABLES = "CREATE TABLE contact (name text); CREATE TABLE mrktinvoice (amount int)"


@dataclass
class Office:
    """A desk, two who may work at it, and one who may not."""

    database: Postgres
    config: Config
    desk: Desk
    anna: str
    bea: str
    carl: str

    async def upload(self, *documents: Document) -> None:
        """Store documents as Anna."""
        await self.desk.upload([file(one) for one in documents], actor=self.anna, now=NOW)

    async def buy(self, seats: int = 2) -> None:
        """Upload the add-on and a personal license of it."""
        await self.upload(MARKETING, replace(PERSONAL, seats=seats))

    async def grant(self, *users: str, version: str = "", actor: str = "") -> Applied:
        """Give seats of the add-on."""
        return await self.desk.apply(
            "marketing", grant=users, version=version, actor=actor or self.anna, now=NOW
        )

    async def recall(self, *users: str, version: str = "", actor: str = "") -> Applied:
        """Take seats of the add-on back."""
        return await self.desk.apply(
            "marketing", recall=users, version=version, actor=actor or self.anna, now=NOW
        )

    async def holders(self) -> list[str]:
        """Return who has a seat of the add-on, as they count."""
        page = await self.desk.product("marketing", NOW)
        return [seat.user for seat in page.seats]

    async def version(self) -> str:
        """Return what somebody who looks at the add-on now has seen."""
        return (await self.desk.product("marketing", NOW)).version


def file(document: Document, name: str = "") -> NamedFile:
    """Return a document as a vendor hands it out."""
    kind = type(document).__name__.lower()
    return NamedFile(name or f"some.{kind}", sign(replace(document, key_id=KEY.key_id), KEY))


Story = Callable[[Office], Awaitable[None]]


def in_office(database: Postgres, story: Story) -> None:
    """Prepare a database, and tell a story at a desk in front of it."""
    make_store(database)
    database.execute(TABLES)
    with people(database) as (anna, bea, carl):

        async def tell() -> None:
            config = Config(Server(database.dsn), Store(database.dsn), trust=Trust((PUBLIC,)))
            desk = await Desk.open(config)
            try:
                await story(Office(database, config, desk, anna, bea, carl))
            finally:
                await desk.close()

        asyncio.run(tell())


@asynccontextmanager
async def moment(database: Postgres) -> AsyncIterator[Connection]:
    """Yield a connection that shows the database as it is now, and is closed afterwards."""
    links = Links(database.dsn)
    try:
        async with links.transaction("look") as connection:
            yield connection
    finally:
        await links.close()


@contextmanager
def people(database: Postgres) -> Iterator[tuple[str, str, str]]:
    """Make two login roles that administer licenses and one that does not."""
    suffix = secrets.token_hex(4)
    anna, bea, carl = (f"{name}_{suffix}" for name in ("anna", "bea", "carl"))
    for name in (anna, bea, carl):
        database.execute(f"CREATE ROLE {name} LOGIN")
    database.execute(f"GRANT pgtoll_manager TO {anna}, {bea}")
    try:
        yield anna, bea, carl
    finally:
        database.execute(f"DROP ROLE {anna}, {bea}, {carl}")


@dataclass
class Program:
    """A program that uses the API, with the token of somebody."""

    client: httpx.AsyncClient
    token: str = ""

    async def __call__(
        self, method: str, path: str, body: object = None, **more: Any
    ) -> httpx.Response:
        """Make a call; `body` is sent as JSON."""
        headers = dict(more.pop("headers", {}))
        if self.token:
            headers.setdefault("authorization", f"Bearer {self.token}")
        if body is not None:
            more["json"] = body
        return await self.client.request(method, f"/api{path}", headers=headers, **more)


@asynccontextmanager
async def program(
    office: Office,
    *,
    user: str | None = None,
    now: datetime = NOW,
    operation_tokens: tuple[str, ...] = (),
    cors_origins: tuple[str, ...] = (),
) -> AsyncIterator[Program]:
    """Run the API in front of the office's desk, and log somebody in: Anna, unless it is ""."""
    settings = Console(operation_tokens=operation_tokens, cors_origins=cors_origins)
    config = replace(office.config, console=settings)
    doorman = Doorman(office.database.dsn, lambda: now, local=True)
    app = Fence(Starlette(routes=api_routes(office.desk, doorman, config, lambda: now)))
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            calling = Program(client)
            if user != "":
                body = {"user": user or office.anna, "password": "any: the server trusts"}
                answer = await calling("POST", "/session", body)
                calling.token = answer.json()["token"]
            yield calling
    finally:
        await doorman.close()
