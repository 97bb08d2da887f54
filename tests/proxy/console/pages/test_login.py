"""Log in and log out: cookies, words, and one answer for every wrong password."""

import re

from officing import Office, in_office
from passwords import person
from servers import Postgres
from visiting import console

from pgtoll.console.doorman import WRONG


def word(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def test_a_manager_logs_in_and_out(database: Postgres) -> None:
    async def story(office: Office) -> None:
        with person(office.database) as dana:
            async with console(office) as client:
                asked = await client.get("/login?next=/users")
                before = client.cookies["pgtoll"]
                fields = {"user": dana.name, "password": dana.password, "next": "/users"}
                answer = await client.post("/login", data={**fields, "csrf": word(asked.text)})
                assert answer.headers["location"] == "/users"
                cookie = answer.headers["set-cookie"].lower()
                assert "httponly" in cookie
                assert "samesite=strict" in cookie
                assert client.cookies["pgtoll"] != before  # nobody can have set it beforehand
                page = await client.get("/users")
                assert dana.name in page.text
                assert (await client.get("/login")).headers["location"] == "/"
                await client.post("/logout", data={"csrf": word(page.text)})
                assert (await client.get("/users")).status_code == 303

    in_office(database, story)


def test_over_tls_the_cookie_is_secure(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with console(office) as client:
            client.base_url = "https://localhost"
            cookie = (await client.get("/login")).headers["set-cookie"]
            assert cookie.startswith("__Host-pgtoll=")
            assert "Secure" in cookie
            assert "Path=/" in cookie

    in_office(database, story)


def test_wrong_is_wrong_and_the_name_stays(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with console(office) as client:
            csrf = word((await client.get("/login")).text)
            fields = {"user": '"><script>', "password": "x", "csrf": csrf, "next": "//evil.example"}
            answer = await client.post("/login", data=fields)
            assert answer.status_code == 401
            assert WRONG in answer.text
            assert "<script>" not in answer.text
            assert "evil.example" not in answer.text

    in_office(database, story)


def test_a_log_in_form_of_another_site_is_refused(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with console(office) as client:
            fields = {"user": office.anna, "password": "x", "csrf": "0" * 64}
            assert (await client.post("/login", data=fields)).status_code == 403
            assert (await client.post("/logout", data={})).status_code == 403

    in_office(database, story)


def test_too_many_attempts_are_told_when_to_come_back(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with console(office) as client:
            csrf = word((await client.get("/login")).text)
            fields = {"user": "nobody", "password": "", "csrf": csrf}
            answers = [await client.post("/login", data=fields) for _ in range(5)]
            assert [one.status_code for one in answers] == [401, 401, 401, 401, 429]
            assert answers[-1].headers["retry-after"] == "1"
            assert "Try again in 1 s" in answers[-1].text

    in_office(database, story)


def test_whose_session_is_over_is_told(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with console(office) as client:
            assert "Your session is over" in (await client.get("/login?over=1")).text

    in_office(database, story)
