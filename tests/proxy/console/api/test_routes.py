"""What is mounted is what is declared, and everything below it answers as the API does."""

from typing import cast

from officing import Office, in_office, program
from servers import Postgres
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from pgtoll.config import Config
from pgtoll.console.api.calls import CALLS
from pgtoll.console.api.routes import api_routes
from pgtoll.console.doorman import Doorman
from pgtoll.office.desk import Desk


def routes() -> list[Route]:
    nothing = object()
    mounted = api_routes(
        cast(Desk, nothing),
        cast(Doorman, nothing),
        Config(),
        cast("type", nothing),  # the clock: nothing is asked
    )
    (mount,) = (one for one in mounted if isinstance(one, Mount))
    assert isinstance(mount.app, Starlette)
    return [one for one in mount.app.routes if isinstance(one, Route)]


def test_routes_and_declarations_agree() -> None:
    declared = {(call.method, call.path) for call in CALLS}
    there = {
        (method, route.path)
        for route in routes()
        for method in (route.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there == declared | {("GET", "/"), ("GET", "/openapi.json")}


def test_the_description_is_open_to_everybody(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office, user="") as call:
            document = await call("GET", "/openapi.json")
            assert document.json()["openapi"] == "3.1.0"
            page = await call("GET", "/")
            assert page.headers["content-type"] == "text/html; charset=utf-8"
            assert "openapi.json" in page.text

    in_office(database, story)


def test_what_there_is_not_is_a_problem_too(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office) as call:
            for method, path, status in (("GET", "/nothing", 404), ("PUT", "/products", 405)):
                answer = await call(method, path)
                assert answer.status_code == status
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["status"] == status

    in_office(database, story)


def test_what_is_too_large_is_refused(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office) as call:
            large = {"files": ("a", b"x" * (5 << 20))}
            answer = await call("POST", "/uploads/preview", files=large)
            assert answer.status_code == 413

    in_office(database, story)
