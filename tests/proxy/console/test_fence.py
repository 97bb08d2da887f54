"""The fence around all pages: whose host, how much, and what every answer forbids the browser."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pgtoll.console.fence import HEADERS, LARGEST_REQUEST, Fence
from pgtoll.console.travellers import networks


async def told(request: Request) -> Response:
    """Answer with what a page is told of its visitor, and with how much they sent."""
    data = await request.body()
    client = request.client.host if request.client else ""
    return PlainTextResponse(f"{client} {request.url.scheme} {len(data)}")


async def kept(_request: Request) -> Response:
    return PlainTextResponse("", headers={"cache-control": "public"})


APP = Starlette(routes=[Route("/", told, methods=["GET", "POST"]), Route("/kept", kept)])
FENCE = Fence(APP, hosts=["licenses.example.com"], forwarders=networks(["127.0.0.1"]))


def answer(
    path: str = "/", *, base: str = "http://localhost", **arguments: object
) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=FENCE, client=("127.0.0.1", 999))
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            method = "POST" if "content" in arguments else "GET"
            return await client.request(method, path, **arguments)  # type: ignore[arg-type]

    return asyncio.run(send())


def test_every_answer_forbids_what_pages_do_not_need() -> None:
    for response in (answer(), answer("/nowhere"), answer(base="http://evil.example")):
        assert HEADERS.items() <= dict(response.headers).items()
        assert response.headers["cache-control"] == "no-store"


def test_nothing_is_allowed_inline_or_from_elsewhere() -> None:
    policy = answer().headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


def test_what_a_page_says_about_caching_stays() -> None:
    assert answer("/kept").headers["cache-control"] == "public"


@pytest.mark.parametrize("base", ["http://127.0.0.1:8432", "https://licenses.example.com"])
def test_our_own_names_are_served(base: str) -> None:
    assert answer(base=base).status_code == 200


def test_a_name_that_was_pointed_at_us_is_not() -> None:
    response = answer(base="http://rebound.example")
    assert response.status_code == 421
    assert "operator" in response.text


def test_pages_see_who_is_behind_a_forwarder() -> None:
    headers = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
    response = answer(headers=headers)
    assert response.text == "203.0.113.9 https 0"
    assert "max-age" in response.headers["strict-transport-security"]
    assert "strict-transport-security" not in answer().headers


def test_what_is_announced_as_too_large_is_not_read() -> None:
    response = answer(content=b"x" * (LARGEST_REQUEST + 1))
    assert response.status_code == 413
    assert answer(content=b"x" * LARGEST_REQUEST).text.endswith(str(LARGEST_REQUEST))


def test_what_turns_out_too_large_is_not_read_to_its_end() -> None:
    async def endless() -> object:
        while True:
            yield b"x" * 65_536

    assert answer(content=endless()).status_code == 413
