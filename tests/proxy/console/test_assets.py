"""The pages' own files: there, of the right type, and kept by browsers for as long as they stay."""

import asyncio
import re

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from pgtoll.console.assets import TYPES, asset, asset_url, assets

APP = Starlette(routes=[Route("/static/{name}", asset)])


def answer(url: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get(url)

    return asyncio.run(send())


@pytest.mark.parametrize("name", ["console.css", "console.js", "icon.svg"])
def test_each_file_is_served_under_an_address_of_its_contents(name: str) -> None:
    assert re.fullmatch(rf"/static/{re.escape(name)}\?v=[0-9a-f]{{12}}", asset_url(name))
    response = answer(asset_url(name))
    assert response.content == assets()[name]
    assert response.headers["content-type"].startswith(TYPES[name[name.rindex(".") :]])
    assert "immutable" in response.headers["cache-control"]


@pytest.mark.parametrize("name", ["app.py", "..%2Fapp.py", "%2e%2e/app.py", "console.css.map"])
def test_nothing_else_is_a_file(name: str) -> None:
    assert answer(f"/static/{name}").status_code == 404


def test_a_page_cannot_refer_to_a_file_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        asset_url("missing.css")


def test_nothing_comes_from_elsewhere() -> None:
    for data in assets().values():
        text = data.decode().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\(", text)
