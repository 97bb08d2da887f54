"""Users: who has what."""

from officing import Office
from servers import Postgres
from visiting import Visitor, on_pages, text


def test_everybody_is_listed_with_their_seats(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        await office.grant(office.carl, "web <i>user")
        page = await visitor.get("/users")
        told = text(page)
        assert f"{office.carl} Marketing" in told
        assert f"{office.bea} none" in told
        assert "web <i>user no login role" in told
        assert "<i>user" not in page
        assert "Everybody may use Base demo mode" in told

    on_pages(database, story)


def test_a_search_finds_or_says_that_it_does_not(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        told = text(await visitor.get(f"/users?q={office.carl.upper()}"))
        assert "1 user found" in told
        assert "Nobody has “zzz” in their name" in text(await visitor.get("/users?q=zzz"))

    on_pages(database, story)
