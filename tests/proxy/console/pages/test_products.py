"""Products: all that are known, what has run out first."""

from dataclasses import replace
from datetime import timedelta

from license_samples import MARKETING, NOW, PERSONAL, SERVER
from officing import Office
from servers import Postgres
from visiting import Visitor, on_pages, text

HOSTILE = '<script>alert("x")</script>'


def test_the_page_opens_on_what_expired(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        assert "1 product" in text(await visitor.get("/"))
        await office.upload(MARKETING, replace(PERSONAL, due=NOW - timedelta(days=1)))
        told = text(await visitor.get("/"))
        assert "1 product has run out" in told
        assert "Marketing : license expired on 2026-05-30" in told

    on_pages(database, story)


def test_every_column_is_a_link_that_sorts(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.upload(MARKETING, replace(SERVER, product="base"))
        await office.upload(replace(PERSONAL, seats=7))
        await office.grant(office.carl)
        told = text(await visitor.get("/?sort=title"))
        assert told.index("Base base server 2026-01-01 2026-12-31 Licensed – –") < told.index(
            "Marketing marketing personal 2026-01-01 2026-12-31 Licensed 1 6"
        )
        page = await visitor.get("/?sort=title&down=1")
        assert page.index(">Marketing<") < page.index(">Base<")
        assert 'aria-sort="descending"' in page
        for column in ("title", "type", "starts", "due", "status", "used", "available"):
            await visitor.get(f"/?sort={column}")

    on_pages(database, story)


def test_a_search_finds_or_says_that_it_does_not(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.upload(MARKETING)
        assert "1 product found" in text(await visitor.get("/?q=MARK"))
        assert "No product has “zz<b>” in its title" in text(await visitor.get("/?q=zz<b>"))

    on_pages(database, story)


def test_titles_of_strangers_do_nothing(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.upload(replace(MARKETING, title=HOSTILE))
        page = await visitor.get("/")
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page

    on_pages(database, story)


def test_hundreds_of_products_are_shown_a_page_at_a_time(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        many = [
            replace(
                MARKETING,
                code=f"p{n:03}",
                title=f"Product {n:03}",
                prefix=f"P{n:03}x",
                objects=(f"P{n:03}x*",),
                operations=(),
            )
            for n in range(100)
        ]
        await office.upload(*many)
        first, second = await visitor.get("/?sort=title"), await visitor.get("/?sort=title&page=2")
        assert "Page 1 of 2" in text(first)
        assert "Product 099" in second
        assert "Product 099" not in first

    on_pages(database, story)
