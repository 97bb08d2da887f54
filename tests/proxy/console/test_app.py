"""The application: one fence around pages, files, and what others mount into it."""

import asyncio

import httpx
from license_samples import NOW
from officing import Office, in_office
from servers import Postgres
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message

from pgtoll.console.app import create_app
from pgtoll.console.doorman import Doorman


async def mounted(request: Request) -> Response:
    return PlainTextResponse(request.url.path)


def test_what_is_mounted_stands_behind_the_same_fence(database: Postgres) -> None:
    async def story(office: Office) -> None:
        doorman = Doorman(database.dsn, lambda: NOW)
        app = create_app(
            office.desk,
            config=office.config,
            now=lambda: NOW,
            doorman=doorman,
            mounts=[Route("/api/x", mounted)],
        )
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport) as client:
            answer = await client.get("http://localhost/api/x")
            assert answer.text == "/api/x"
            assert "content-security-policy" in answer.headers
            assert (await client.get("http://evil.example/api/x")).status_code == 421
        await lived(app)

    in_office(database, story)


async def lived(app: ASGIApp) -> None:
    """Start and end the application as its server does."""
    messages: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    said: list[str] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        return messages.pop(0)

    async def send(message: Message) -> None:
        said.append(message["type"])

    await app({"type": "lifespan"}, receive, send)
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
