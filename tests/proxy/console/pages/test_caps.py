"""Demo caps: each table's rows as a bar."""

from dataclasses import replace

from license_samples import SERVER
from officing import Office
from servers import Postgres
from visiting import Visitor, on_pages, text


def test_tables_in_demo_mode_show_how_full_they_are(database: Postgres) -> None:
    async def story(_office: Office, visitor: Visitor) -> None:
        database.execute(
            "INSERT INTO contact SELECT 'x' FROM generate_series(1, 850);"
            "INSERT INTO mrktinvoice SELECT generate_series(1, 1200)"
        )
        page = await visitor.get("/caps")
        told = text(page)
        assert "may hold 1,000 rows" in told
        assert "850 of 1,000" in told
        assert "over 1,000" in told
        assert 'class="near" width="85.0"' in page
        assert 'class="over" width="100.0"' in page
        assert "mrktinvoice" not in await visitor.get("/caps?q=contact")
        assert "No table has “zzz”" in text(await visitor.get("/caps?q=zzz"))

    on_pages(database, story)


def test_where_all_is_licensed_no_table_is_capped(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.upload(replace(SERVER, product="base"))
        assert "No table is capped" in await visitor.get("/caps")

    on_pages(database, story)
