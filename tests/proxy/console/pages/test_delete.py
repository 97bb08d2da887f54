"""Delete: what it does is said before it is done."""

from dataclasses import replace

from license_samples import SERVER
from officing import Office, file
from servers import Postgres
from visiting import Visitor, field, on_pages, text

PAGE = "/products/marketing/delete"


def test_it_says_what_will_happen_and_then_does_it(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        await office.grant(office.carl)
        database.execute("INSERT INTO mrktinvoice SELECT generate_series(1, 1500)")
        page = await visitor.get(PAGE)
        told = text(page)
        assert "1 table returns to demo mode, 1 is over the cap" in told
        assert "1 user keeps a seat" in told
        assert "public.mrktinvoice" in told
        answer = await visitor.send(PAGE, {"version": field(page, "version")})
        assert answer.headers["location"] == "/products/marketing?deleted=1"
        assert "1 license was deleted" in text(await visitor.get(answer.headers["location"]))
        await visitor.get(PAGE, status=404)

    on_pages(database, story)


def test_what_others_uploaded_meanwhile_is_not_deleted_unseen(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        version = field(await visitor.get(PAGE), "version")
        later = replace(SERVER, starts=SERVER.due, due=SERVER.due.replace(year=2028))
        await office.desk.upload([file(later)], actor=office.bea, now=SERVER.issued)
        answer = await visitor.send(PAGE, {"version": version})
        assert answer.status_code == 409
        assert f"{office.bea} uploaded license" in text(answer.text)
        assert "2 licenses are deleted" in text(answer.text)

    on_pages(database, story)
