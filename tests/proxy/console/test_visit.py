"""Requests on their way to pages: who may, whose form it is, and where one may be sent."""

import pytest
from officing import Office, in_office
from servers import Postgres
from visiting import Visitor, console, on_pages, visiting

from pgtoll.console.app import DONE, SHOWN
from pgtoll.console.sessions import form_word
from pgtoll.console.visit import own_path


def test_nobody_sees_a_page_or_does_anything_without_a_session(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with console(office) as client:
            for path in SHOWN:
                answer = await client.get(path.format(code="marketing"))
                assert answer.status_code == 303
                assert answer.headers["location"].startswith("/login")
            for path in DONE:
                answer = await client.post(path.format(code="marketing"), data={})
                assert answer.headers["location"].startswith("/login?over=1&next=")

    in_office(database, story)


def test_a_form_without_its_word_does_nothing(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        for csrf in ("", "guess", form_word("another session")):
            answer = await visitor.send(
                "/products/marketing", {"csrf": csrf, "do": "apply", "grant": office.carl}
            )
            assert answer.status_code == 403
            assert "did not come from a page" in answer.text
        answer = await visitor.client.post("/products/marketing", data={"do": "apply"})
        assert answer.status_code == 403
        assert await office.holders() == []

    on_pages(database, story)


def test_a_form_sent_by_another_site_does_nothing(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        visitor.client.headers["sec-fetch-site"] = "cross-site"
        fields = {"do": "apply", "grant": office.carl}
        assert (await visitor.send("/products/marketing", dict(fields))).status_code == 403
        assert await office.holders() == []

    on_pages(database, story)


def test_who_loses_the_right_is_out_at_once(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with visiting(office, office.anna) as visitor:
            await visitor.get("/")
            office.database.execute(f"REVOKE pgtoll_manager FROM {office.anna}")
            await visitor.get("/", status=303)

    in_office(database, story)


@pytest.mark.parametrize("path", ["/", "/products/a%20b?filter=x&page=2", "/activity"])
def test_one_may_be_sent_to_our_own_pages(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
     "javascript:alert(1)", "/a\nb", "/\t/evil.example", "/x\\y", "evil"],
)  # fmt: skip
def test_and_to_nobody_else_s(path: str) -> None:
    assert own_path(path) == "/"


def test_names_that_no_form_of_ours_writes_make_no_sense(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        answer = await visitor.send("/products/marketing", {"do": "apply", "grant": "%ff"})
        assert answer.status_code == 400

    on_pages(database, story)
