"""A product's page: what it shows, and that marks become seats once, whole, and never unseen."""

from dataclasses import replace

from license_samples import MARKETING, PERSONAL, SERVER
from officing import Office
from servers import Postgres
from visiting import Fields, Visitor, field, on_pages, text, visiting

from pgtoll.console.visible import to_field

PAGE = "/products/marketing"


def test_it_shows_license_pie_elements_seats_and_history(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=4)
        await office.grant(office.carl)
        page = await visitor.get(PAGE)
        told = text(page)
        assert 'aria-label="1 of 4 seats used, 3 available"' in page
        assert "Start date 2026-01-01 Due date 2026-12-31" in told
        assert "MrktInvoice 1 table public.mrktinvoice" in told
        assert "MrktApp.Use Use marketing" in told
        assert f"{office.anna} gave {office.carl} a seat" in told
        assert f'value="{office.bea}"' in page  # who has no seat can be picked

    on_pages(database, story)


def test_several_get_a_seat_and_one_loses_it_in_one_apply(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        await office.grant(office.carl)
        page = await visitor.get(PAGE)
        fields = {
            "do": "apply",
            "version": field(page, "version"),
            "grant": office.anna,
            "pick": office.bea,
            "recall": office.carl,
        }
        answer = await visitor.send(PAGE, dict(fields))
        assert answer.headers["location"] == f"{PAGE}?granted=2&recalled=1"
        assert await office.holders() == [office.anna, office.bea]
        told = text(await visitor.get(answer.headers["location"]))
        assert "2 users got a seat 1 seat was recalled" in told

    on_pages(database, story)


def test_marks_survive_searching_and_paging(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=1)
        await office.grant("somebody else")
        answer = await visitor.send(
            PAGE,
            {"do": "look", "find": "carl", "pick": office.bea, "recall": "somebody%20else",
             "filter": "nobody of this name", "page": "1"},
        )  # fmt: skip
        page = answer.text
        assert answer.status_code == 200
        assert f'<input type="hidden" name="grant" value="{office.bea}">' in page
        assert '<input type="hidden" name="recall" value="somebody%20else">' in page
        assert office.carl in page
        assert "1 to add, 1 to recall: 0 of 1 seat left" in text(page)
        assert await office.holders() == ["somebody else"]

    on_pages(database, story)


def test_more_than_were_bought_is_refused_and_the_marks_stay(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=1)
        version = field(await visitor.get(PAGE), "version")
        grant = [office.anna, office.bea]
        answer = await visitor.send(PAGE, {"do": "apply", "version": version, "grant": grant})
        assert answer.status_code == 409
        assert "Nothing was changed" in answer.text
        assert "has 1 seat and 0 are taken: cannot grant 2 more" in text(answer.text)
        for user in grant:
            assert f'<input type="hidden" name="grant" value="{user}">' in answer.text
        assert await office.holders() == []

    on_pages(database, story)


def test_what_others_did_meanwhile_is_told_and_nothing_is_lost(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=3)
        await office.grant(office.carl)
        seen = field(await visitor.get(PAGE), "version")
        await office.recall(office.carl, actor=office.bea)
        await office.grant(office.bea, actor=office.bea)
        fields: Fields = {"do": "apply", "grant": [office.anna, office.carl]}
        answer = await visitor.send(PAGE, {**fields, "version": seen})
        assert answer.status_code == 409
        told = text(answer.text)
        assert f"{office.bea} took the seat of {office.carl}" in told
        assert "What you marked is still marked" in told
        assert await office.holders() == [office.bea]
        again = {**fields, "version": field(answer.text, "version")}
        assert (await visitor.send(PAGE, again)).status_code == 303
        assert await office.holders() == sorted([office.anna, office.bea, office.carl], key=lambda
                                                name: name != office.bea)  # fmt: skip

    on_pages(database, story)


def test_what_others_did_to_other_users_is_merged_and_told(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=3)
        async with visiting(office, office.bea) as second:
            pages = [await one.get(PAGE) for one in (visitor, second)]
            for one, page, user in zip((visitor, second), pages, ("x", "y"), strict=True):
                fields = {"do": "apply", "version": field(page, "version"), "grant": user}
                answer = await one.send(PAGE, dict(fields))
        assert answer.status_code == 200
        assert f"{office.anna} gave x a seat" in text(answer.text)
        assert "1 user got a seat" in text(answer.text)
        assert await office.holders() == ["x", "y"]

    on_pages(database, story)


def test_applying_nothing_says_so(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        answer = await visitor.send(PAGE, {"do": "apply"})
        assert answer.status_code == 409
        assert "Nothing is marked" in answer.text

    on_pages(database, story)


def test_names_of_any_kind_get_and_lose_their_seats(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=9)
        names = ["<b>bold</b>", "a\r\nb", "\u202eeve", "per%20cent", 'o\'neil & "co"']
        await visitor.send(PAGE, {"do": "apply", "grant": [str(to_field(one)) for one in names]})
        assert sorted(await office.holders()) == sorted(names)
        page = await visitor.get(PAGE)
        assert "<b>bold" not in page
        assert "\u202e" not in page
        await visitor.send(PAGE, {"do": "apply", "recall": [str(to_field(one)) for one in names]})
        assert await office.holders() == []

    on_pages(database, story)


def test_users_are_found_while_one_types(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        page = await visitor.get(f"{PAGE}/candidates?find=carl")
        assert office.carl in page
        assert office.bea not in page
        assert "for names that an application uses" in text(page)

    on_pages(database, story)


def test_nobody_needs_a_seat_of_a_server_license_or_in_demo_mode(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.upload(MARKETING)
        assert "Nobody needs a seat" in await visitor.get(PAGE)
        await office.upload(SERVER)
        page = await visitor.get(PAGE)
        assert "Every user of the server" in page
        assert "Add users" not in page

    on_pages(database, story)


def test_seats_that_do_not_count_and_strangers_are_marked(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy(seats=2)
        await office.grant("web user", office.carl)
        await office.upload(replace(PERSONAL, seats=1, serial=2))
        told = text(await visitor.get(PAGE))
        assert "1 seat does not count" in told
        assert "no login role" in told
        assert "beyond those bought" in told

    on_pages(database, story)


def test_a_link_may_propose_users_and_does_nothing_by_itself(database: Postgres) -> None:
    async def story(office: Office, visitor: Visitor) -> None:
        await office.buy()
        page = await visitor.get(f"{PAGE}?grant={office.carl}")
        assert f'<input type="hidden" name="grant" value="{office.carl}">' in page
        assert await office.holders() == []

    on_pages(database, story)
