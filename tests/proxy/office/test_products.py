"""The overview, and everything about one product."""

from dataclasses import replace

import pytest
from license_samples import DUE, MARKETING, NOW, PERSONAL
from officing import Office, in_office
from servers import Postgres

from pgtoll.office.models import Named, Slice, Status
from pgtoll.office.refusals import NotKnown


def test_the_overview_counts_seats_and_shows_what_does_not_count(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        await office.grant("alice", "bob")
        office.database.execute(
            "INSERT INTO pgtoll.document (kind, code, product, serial, file)"
            " VALUES ('license', 'forged', 'marketing', 1, 'x')"
        )
        overview = await office.desk.overview(NOW)
        (base, marketing) = overview.products
        assert (base.status, marketing.status) == (Status.DEMO, Status.SEATS)
        assert (marketing.used, marketing.bought, marketing.available) == (2, 3, 1)
        (problem,) = overview.problems
        assert problem.startswith("license forged does not count: ")

    in_office(any_database, story)


def test_a_product_shows_the_tables_that_its_names_mean(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.upload(MARKETING)
        office.database.execute(
            'CREATE VIEW "MrktView" AS SELECT 1 AS one; CREATE SCHEMA side;'
            "CREATE TABLE side.mrktlead (); CREATE TABLE was_mrkt ();"
            "INSERT INTO pgtoll.product (code) VALUES ('marketing');"
            "INSERT INTO pgtoll.pin (relation, product) SELECT 'was_mrkt'::regclass, id"
            " FROM pgtoll.product WHERE code = 'marketing'"
        )
        page = await office.desk.product("marketing", NOW)
        assert {one.text: one.tables for one in page.elements} == {
            "MrktInvoice": ("public.mrktinvoice",),
            "Mrkt*": ("public.MrktView", "public.mrktinvoice", "side.mrktlead"),
            "": ("public.was_mrkt",),
        }
        assert page.operations == (Named("MrktApp.Use", "Use marketing"),)
        assert (page.prefix, page.line.status) == ("Mrkt", Status.DEMO)
        base = await office.desk.product("base", NOW)
        assert [(one.text, one.tables) for one in base.elements] == [("*", ("public.contact",))]

    in_office(any_database, story)


def test_seats_beyond_those_bought_are_flagged(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        await office.grant(office.carl, "bob", "dora")
        await office.upload(replace(PERSONAL, serial=2, seats=2))
        page = await office.desk.product("marketing", NOW)
        assert [(one.user, one.may_log_in, one.counts) for one in page.seats] == [
            (office.carl, True, True),
            ("bob", False, True),
            ("dora", False, False),
        ]
        assert (page.line.used, page.line.bought, page.line.beyond) == (3, 2, 1)
        expired = await office.desk.product("marketing", DUE)
        assert all(one.counts for one in expired.seats)  # it is not the number that refuses them

    in_office(database, story)


def test_of_many_seats_some_are_shown(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(200)
        await office.grant(*(f"user{number:03}" for number in range(150)))
        page = await office.desk.product("marketing", NOW, seats=Slice(10, 145))
        assert [one.user for one in page.seats] == [f"user{n}" for n in range(145, 150)]
        assert page.found == 150
        searched = await office.desk.product("marketing", NOW, search="R14", seats=Slice(2))
        assert ([one.user for one in searched.seats], searched.found) == (
            ["user140", "user141"],
            10,
        )

    in_office(database, story)


def test_what_is_no_product_is_not_known(database: Postgres) -> None:
    async def story(office: Office) -> None:
        with pytest.raises(NotKnown):
            await office.desk.product("sales", NOW)

    in_office(database, story)
