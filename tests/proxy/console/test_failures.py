"""What goes wrong is told as a page, in words, and with nothing of our own insides."""

import pytest
from officing import Office, in_office
from servers import Postgres
from visiting import Visitor, console, on_pages, text

from pgtoll.console.fence import HEADERS, LARGEST_REQUEST


def test_pages_that_are_not_there_say_so(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        assert "There is no such page" in await visitor.get("/nowhere", status=404)
        missing = text(await visitor.get("/products/missing", status=404))
        assert "missing" in missing
        assert "There is no such thing" in missing
        assert (await visitor.client.put("/users")).status_code == 405

    on_pages(database, story)


def test_what_is_too_large_is_told_in_a_page(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        form = {"content-type": "application/x-www-form-urlencoded"}
        content = b"x" * (LARGEST_REQUEST + 1)
        answer = await visitor.client.post("/upload", content=content, headers=form)
        assert answer.status_code == 413
        assert "That is too large" in answer.text

    on_pages(database, story)


def test_a_store_that_fails_is_told_in_words(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        office.database.execute("ALTER TABLE pgtoll.seat RENAME TO gone")
        told = text(await visitor.get("/", status=503))
        assert "The database cannot do that now" in told
        assert "pgtoll init" in told

    on_pages(database, story)


def test_nobody_sees_our_insides(
    database: Postgres, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        async def broken(*_: object) -> None:
            raise RuntimeError("secret insides")

        monkeypatch.setattr(type(office.desk), "overview", broken)
        answer = await visitor.client.get("/")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        assert HEADERS.items() <= dict(answer.headers).items()

    on_pages(database, story)


def test_who_is_not_logged_in_sees_no_menu(database: Postgres) -> None:
    async def story(office: Office) -> None:
        async with console(office) as client:
            answer = await client.get("/nowhere")
            assert answer.status_code == 404
            assert "<nav" not in answer.text

    in_office(database, story)
