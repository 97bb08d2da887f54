"""The console's pages as a browser asks for them, without the network: for bench/office.py."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from pgtoll.config import Config
from pgtoll.console.app import create_app
from pgtoll.console.doorman import Doorman
from pgtoll.console.sessions import Sessions
from pgtoll.office.desk import Desk
from pgtoll.store.link import Link

PATHS = (
    "/",
    "/?sort=title&page=2",
    "/products/p001",
    "/products/p001/candidates?find=er77",
    "/users",
    "/users?q=er77",
    "/request",
    "/upload",
    "/activity",
    "/caps",
    "/check",
)


@asynccontextmanager
async def browsing(config: Config, name: str, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """Open the console for a license administrator who has logged in."""
    desk = await Desk.open(config)
    doorman = Doorman(config.store.dsn, lambda: now)
    app = create_app(desk, config=config, now=lambda: now, doorman=doorman)
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            client.cookies.set("pgtoll", await _logged_in(config, name, now))
            yield client
    finally:
        await doorman.close()
        await desk.close()


async def fetch(client: httpx.AsyncClient, path: str) -> int:
    """Return the bytes of a page."""
    response = await client.get(path)
    response.raise_for_status()
    return len(response.content)


async def _logged_in(config: Config, name: str, now: datetime) -> str:
    link = Link(config.store.dsn)
    sessions = Sessions(link)
    try:
        account = await sessions.account(name)
        if account is None:
            raise SystemExit(f"{name} is no license administrator here")
        return await sessions.open(account, now)
    finally:
        await link.close()
