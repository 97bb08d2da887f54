"""The desk as a whole: where it is, and what it cannot reach."""

import asyncio
from dataclasses import replace

import pytest
from license_samples import MARKETING, NOW, PERSONAL
from officing import Office, file, in_office
from servers import Postgres

from pgtoll.config import Config, Server, Store
from pgtoll.errors import StoreError
from pgtoll.office.desk import Desk
from pgtoll.store.migrations import initialise
from pgtoll_policy.errors import Rollback


def test_a_desk_that_reaches_nothing_is_not_opened(database: Postgres) -> None:
    dsn = replace(database, dbname="nowhere").dsn
    with pytest.raises(StoreError, match="cannot connect"):
        asyncio.run(Desk.open(Config(Server(dsn), Store(dsn))))


def test_a_desk_without_schema_says_what_to_do(database: Postgres) -> None:
    async def look() -> None:
        desk = await Desk.open(Config(Server(database.dsn), Store(database.dsn)))
        try:
            await desk.overview(NOW)
        finally:
            await desk.close()

    with pytest.raises(StoreError, match="run pgtoll init"):
        asyncio.run(look())


def test_a_database_that_was_away_is_reached_again(database: Postgres) -> None:
    async def story(office: Office) -> None:
        office.database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert len((await office.desk.overview(NOW)).products) == 1

    in_office(database, story)


def test_the_store_may_be_apart_from_what_is_served(database: Postgres) -> None:
    served = database.new_database(f"{database.dbname}_served")
    asyncio.run(initialise(served.dsn))
    served.execute("CREATE TABLE here (); CREATE TABLE mrktthere ()")

    async def story(office: Office) -> None:
        desk = await Desk.open(replace(office.config, server=Server(served.dsn)))
        await office.buy(1)
        await desk.apply("marketing", grant=["alice"], actor=office.anna, now=NOW)
        page = await desk.product("marketing", NOW)
        assert [one.tables for one in page.elements] == [(), ("public.mrktthere",)]
        caps = await desk.caps(NOW)
        assert [one.table for one in caps.tables] == ["here"]
        await desk.close()

    try:
        in_office(database, story)
    finally:
        served.drop_database()


def test_acting_waits_for_nobodys_lock_for_ever(
    database: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pgtoll.office.people.LOCK_SECONDS", 1)

    async def story(office: Office) -> None:
        await office.buy(1)
        with office.database.connect(autocommit=False) as other:
            other.execute("LOCK TABLE pgtoll.seat")
            with pytest.raises(StoreError, match="lock timeout"):
                await office.grant("alice")
            other.rollback()

    in_office(database, story)


def test_a_license_that_was_replaced_is_refused_before_and_when_it_is_uploaded(
    database: Postgres,
) -> None:
    async def story(office: Office) -> None:
        many, few = replace(PERSONAL, seats=50), replace(PERSONAL, id="3" * 32, serial=2)
        await office.upload(MARKETING, many)
        await office.upload(few)
        await office.desk.delete("marketing", actor=office.anna)
        (preview,) = (await office.desk.preview_upload([file(many)], NOW)).files
        assert "was replaced here by serial 2" in preview.refusal
        with pytest.raises(Rollback, match="was replaced here by serial 2"):
            await office.upload(many)
        (preview,) = (await office.desk.preview_upload([file(few)], NOW)).files
        assert preview.refusal == ""

    in_office(database, story)
