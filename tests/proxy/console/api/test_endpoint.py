"""Who may make a call: whoever is logged in, by a token or by a browser that is on our page."""

from datetime import timedelta

from license_samples import NOW
from officing import Office, in_office, program
from servers import Postgres

from pgtoll.console.doorman import COOKIE
from pgtoll.console.sessions import form_word

TOKEN = "0123456789abcdef"


def test_without_a_session_nothing_is_told(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office, user="") as call:
            refused = await call("GET", "/products")
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"
            wrong = {"authorization": "Bearer nonsense"}
            assert (await call("GET", "/products", headers=wrong)).status_code == 401

    in_office(database, story)


def test_who_is_no_manager_any_more_is_nobody(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office) as call:
            assert (await call("GET", "/products")).status_code == 200
            office.database.execute(f"REVOKE pgtoll_manager FROM {office.anna}")
            assert (await call("GET", "/products")).status_code == 401

    in_office(database, story)


def test_a_browsers_call_must_come_from_our_page(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        async with program(office) as call:
            word, call.token = call.token, ""
            call.client.cookies.set(COOKIE, word)
            path, body = "/products/marketing/seats", {"grant": ["bob"]}
            assert (await call("GET", "/products")).status_code == 200
            assert (await call("POST", path, body)).status_code == 403
            proof = {"x-csrf-token": form_word(word)}
            foreign = proof | {"sec-fetch-site": "cross-site"}
            assert (await call("POST", path, body, headers=foreign)).status_code == 403
            assert await office.holders() == []
            assert (await call("POST", path, body, headers=proof)).status_code == 200

    in_office(database, story)


def test_a_front_end_may_ask_about_operations_and_nothing_else(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        tokens = ("another-token-of-16", TOKEN)
        async with program(office, user="", operation_tokens=tokens) as call:
            call.token = TOKEN
            answer = await call("GET", "/operations/MrktApp.Use?user=bob")
            assert (answer.status_code, answer.json()["allowed"]) == (200, False)
            assert (await call("GET", "/products")).status_code == 401
            call.token = TOKEN[:-1]
            assert (await call("GET", "/operations/MrktApp.Use?user=bob")).status_code == 401

    in_office(database, story)


def test_asking_for_news_keeps_no_session_alive(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with program(office) as first:
            version = (await first("GET", "/activity")).json()["version"]
            for minutes, path, status in (
                (20, f"/activity?since={version}", 200),
                (40, "/products", 401),
            ):
                later = NOW + timedelta(minutes=minutes)
                async with program(office, user="", now=later) as call:
                    call.token = first.token
                    assert (await call("GET", path)).status_code == status

    in_office(database, story)
