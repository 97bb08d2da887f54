"""Every action of the console, as a program does it."""

import json
from dataclasses import replace

from license_samples import MARKETING, NOW, PERSONAL
from officing import Office, file, in_office, program
from servers import Postgres

from pgtoll.office.documents import NamedFile
from pgtoll_policy.request import parse_request


def form(*files: NamedFile) -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (one.name, one.data)) for one in files]


def test_the_life_of_a_license(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office) as call:
            wants = [{"product": "marketing", "seats": 2}]
            request = await call("POST", "/requests", {"customer": "acme", "wants": wants})
            assert request.headers["content-disposition"] == 'attachment; filename="request.tlr"'
            assert parse_request(request.content).wants[0].seats == 2
            files = form(file(MARKETING), file(PERSONAL))
            preview = (await call("POST", "/uploads/preview", files=files)).json()
            assert preview["acceptable"]
            done = await call("POST", f"/uploads?version={preview['version']}", files=files)
            assert done.status_code == 200
            page = (await call("GET", "/products/marketing")).json()
            assert (page["line"]["status"], page["line"]["bought"]) == (
                "licensed for users with a seat",
                2,
            )
            body = {"grant": ["alice", "bob"], "version": page["version"]}
            applied = (await call("POST", "/products/marketing/seats", body)).json()
            assert applied["granted"] == ["alice", "bob"]
            body = {"recall": ["bob"], "version": applied["version"]}
            assert (await call("POST", "/products/marketing/seats", body)).json()["meanwhile"] == []
            doomed = (await call("GET", "/products/marketing/deletion")).json()
            assert doomed["summary"] == "1 table returns to demo mode, 0 are over the cap"
            query = f"version={doomed['version']}"
            gone = (await call("DELETE", f"/products/marketing/licenses?{query}")).json()
            assert gone["licenses"] == [PERSONAL.id]

    in_office(any_database, story)


def test_lists_come_page_by_page(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(9)
        await office.grant("u1", "u2", "u3")
        async with program(office) as call:
            overview = (await call("GET", "/products")).json()
            assert [one["code"] for one in overview["products"]] == ["base", "marketing"]
            page = (await call("GET", "/products/marketing?limit=1&offset=1")).json()
            assert ([one["user"] for one in page["seats"]], page["found"]) == (["u2"], 3)
            users = (await call("GET", "/users?search=u1")).json()
            assert [one["seats"][0]["product"] for one in users["users"]] == ["marketing"]
            caps = (await call("GET", "/caps?search=contact")).json()
            assert [(one["table"], one["rows"]) for one in caps["tables"]] == [("contact", 0)]
            activity = (await call("GET", "/activity?limit=1")).json()
            since = (await call("GET", f"/activity?since={activity['version']}")).json()
            assert since["refusals"] == []

    in_office(database, story)


def test_statements_and_operations_are_judged(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        async with program(office) as call:
            body = {"sql": "SELECT * FROM mrktinvoice", "user": "bob"}
            judging = (await call("POST", "/check", body)).json()
            assert (judging["allowed"], judging["statements"][0]["product"]) == (False, "marketing")
            answer = (await call("GET", "/operations/MrktApp.Use?user=bob")).json()
            assert (answer["allowed"], answer["product"]) == (False, "marketing")

    in_office(database, story)


def test_what_cannot_be_done_is_a_problem(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        async with program(office) as call:
            seen = (await call("GET", "/products/marketing")).json()["version"]
            await office.grant("alice", actor=office.bea)
            body = {"grant": ["bob"], "version": seen}
            late = await call("POST", "/products/marketing/seats", body)
            assert late.status_code == 409
            assert late.headers["content-type"] == "application/problem+json"
            assert late.json()["changes"][0]["by"] == office.bea
            statuses = [
                (await call("GET", "/products/sales")).status_code,
                (await call("POST", "/products/marketing/seats", {})).status_code,
                (await call("POST", "/requests", {"customer": "a", "wants": []})).status_code,
                (await call("POST", "/uploads", files=form(NamedFile("x", b"x")))).status_code,
                (await call("DELETE", "/products/base/licenses")).status_code,
            ]
            assert statuses == [404, 409, 409, 422, 404]

    in_office(database, story)


def test_a_session_begins_and_ends(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office) as call:
            somebody = (await call("GET", "/session")).json()
            assert somebody == {"user": office.anna, "at": NOW.isoformat().replace("+00:00", "Z")}
            assert (await call("DELETE", "/session")).status_code == 204
            assert (await call("GET", "/session")).status_code == 401
            refused = await call("POST", "/session", {"user": office.carl, "password": "x"})
            assert refused.status_code == 401
            assert "does not manage licenses" in refused.json()["detail"]

    in_office(database, story)


def test_a_name_of_any_characters_survives(database: Postgres) -> None:
    name = "zoë “o'neil” 😀\n<b>"

    async def story(office: Office) -> None:
        await office.upload(replace(MARKETING, title=name.replace("\n", " ")), PERSONAL)
        async with program(office) as call:
            await call("POST", "/products/marketing/seats", {"grant": [name]})
            page = await call("GET", "/products/marketing")
            assert json.loads(page.content)["seats"][0]["user"] == name

    in_office(database, story)
