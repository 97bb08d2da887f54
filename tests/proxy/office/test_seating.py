"""Seats granted and recalled: nothing is lost, and everybody is told the truth."""

import asyncio
from dataclasses import replace

import pytest
from license_samples import MARKETING, NOW, PERSONAL, SERVER
from officing import Office, in_office
from servers import Postgres

from pgtoll.errors import StoreError
from pgtoll.office.models import Applied
from pgtoll.office.refusals import Meanwhile, NotAManager, NotKnown
from pgtoll.office.seating import MOST_USERS, wish


@pytest.mark.parametrize(
    ("grant", "recall", "why"),
    [
        ((), (), "no user is named"),
        (("bob",), ("bob",), "bob cannot be given a seat and lose it"),
        (("",), (), "not a user's name"),
        ((), ("b\0b",), "not a user's name"),
        (("b\ud800b",), (), "not a user's name"),
        ((), ("b" * 2000,), "not a user's name"),
        ([str(number) for number in range(MOST_USERS + 1)], (), "too many for one action"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    grant: tuple[str, ...], recall: tuple[str, ...], why: str
) -> None:
    with pytest.raises(StoreError, match=why):
        wish("marketing", grant, recall)


def test_several_seats_change_in_one_action(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        first = await office.grant("alice", "bob", office.carl)
        assert first.granted == ("alice", "bob", office.carl)
        assert first.strangers == ("alice", "bob")
        both = await office.desk.apply(
            "marketing", grant=["dora"], recall=["bob"], actor=office.bea, now=NOW
        )
        assert (both.granted, both.recalled) == (("dora",), ("bob",))
        assert await office.holders() == ["alice", office.carl, "dora"]

    in_office(any_database, story)


def test_who_acted_is_remembered(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        await office.grant("alice", actor=office.bea)
        await office.recall("alice")
        page = await office.desk.product("marketing", NOW)
        assert [(one.by, one.act) for one in page.history[:2]] == [
            (office.anna, "revoke"),
            (office.bea, "grant"),
        ]

    in_office(any_database, story)


def test_a_manager_cannot_act_in_another_name(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        with office.database.connect(user=office.bea) as session, session.transaction():
            session.execute(
                "SELECT set_config('pgtoll.acting', pg_current_xact_id() || ':anna', true)"
            )
            session.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', 'x')")
        with office.database.connect() as session:  # the owner, but in no transaction of its own
            session.execute("SET pgtoll.acting = '1:anna'")
            session.execute("INSERT INTO pgtoll.seat (product, username) VALUES ('marketing', 'y')")
        page = await office.desk.product("marketing", NOW)
        assert {seat.user: seat.granted_by for seat in page.seats} == {
            "x": office.bea,
            "y": office.database.user,
        }

    in_office(any_database, story)


def test_only_managers_act(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        with pytest.raises(NotAManager):
            await office.grant("alice", actor=office.carl)
        with pytest.raises(NotAManager):
            await office.grant("alice", actor="nobody")
        office.database.execute(f"REVOKE pgtoll_manager FROM {office.bea}")
        with pytest.raises(NotAManager):
            await office.grant("alice", actor=office.bea)
        assert await office.holders() == []

    in_office(database, story)


def test_changes_of_different_users_are_merged(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(4)
        await office.grant("old")
        seen = await office.version()
        await office.grant("alice", version=seen, actor=office.bea)
        merged = await office.desk.apply(
            "marketing", grant=["bob"], recall=["old"], version=seen, actor=office.anna, now=NOW
        )
        assert [one.sentence for one in merged.meanwhile] == [f"{office.bea} gave alice a seat"]
        assert await office.holders() == ["alice", "bob"]
        again = await office.grant("carol", version=merged.version)
        assert again.meanwhile == ()

    in_office(database, story)


def test_the_same_wish_twice_is_granted_once(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        await office.grant("old")
        seen = await office.version()
        await office.desk.apply(
            "marketing", grant=["bob"], recall=["old"], version=seen, actor=office.bea, now=NOW
        )
        mine = await office.desk.apply(
            "marketing", grant=["bob"], recall=["old"], version=seen, actor=office.anna, now=NOW
        )
        assert (mine.granted, mine.recalled, mine.already) == ((), (), ("bob", "old"))
        assert len(mine.meanwhile) == 2

    in_office(database, story)


def test_what_contradicts_somebody_is_refused(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        seen = await office.version()
        await office.grant("bob", actor=office.bea)
        await office.recall("bob", actor=office.bea)
        with pytest.raises(Meanwhile, match=f"meanwhile {office.bea} took the seat of bob") as it:
            await office.grant("alice", "bob", version=seen)
        assert [one.subject for one in it.value.changes] == ["bob"]
        assert await office.holders() == []
        await office.grant("alice", "bob", version=await office.version())
        assert await office.holders() == ["alice", "bob"]

    in_office(database, story)


def test_no_room_is_told_with_who_took_it(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        seen = await office.version()
        await office.grant("alice", actor=office.bea)
        with pytest.raises(Meanwhile, match=f"1 is taken.*{office.bea} gave alice a seat"):
            await office.grant("bob", "carol", version=seen)
        with pytest.raises(StoreError, match="2 seats and 1 is taken: cannot grant 2 more"):
            await office.grant("bob", "carol")
        assert await office.holders() == ["alice"]

    in_office(database, story)


def test_a_seat_can_move_when_all_are_taken(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        await office.grant("alice")
        await office.desk.apply(
            "marketing", grant=["bob"], recall=["alice"], actor=office.anna, now=NOW
        )
        assert await office.holders() == ["bob"]

    in_office(database, story)


def test_nobody_loses_what_they_have_not(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        await office.grant("alice")
        with pytest.raises(StoreError, match="no seat of product marketing is granted to bob"):
            await office.recall("alice", "bob")
        assert await office.holders() == ["alice"]

    in_office(database, story)


def test_the_license_decides_whether_there_is_a_seat(database: Postgres) -> None:
    async def story(office: Office) -> None:
        with pytest.raises(NotKnown):
            await office.grant("alice")
        await office.upload(MARKETING)
        with pytest.raises(StoreError, match="in demo mode nobody needs a seat"):
            await office.grant("alice")
        await office.upload(SERVER)
        with pytest.raises(StoreError, match="server license: nobody needs a seat"):
            await office.grant("alice")
        await office.desk.delete("marketing", actor=office.anna)
        await office.upload(replace(PERSONAL, due=NOW))
        with pytest.raises(StoreError, match="in force: license expired on 2026-05-31"):
            await office.grant("alice")

    in_office(database, story)


def test_two_people_at_the_same_moment_take_the_last_seats(database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(3)
        seen = await office.version()

        async def attempt(number: int) -> Applied | StoreError:
            actor = office.anna if number % 2 else office.bea
            try:
                return await office.grant(f"user{number}", version=seen, actor=actor)
            except StoreError as exc:
                return exc

        results = await asyncio.gather(*map(attempt, range(20)))
        refused = [one for one in results if isinstance(one, StoreError)]
        assert len(refused) == 17
        assert all(isinstance(one, Meanwhile) and len(one.changes) == 3 for one in refused)
        assert len(await office.holders()) == 3

    in_office(database, story)
