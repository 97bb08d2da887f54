"""A draft comes to what uploading, deleting, recalling and granting would come to."""

import pytest
from license_samples import KEY as FOREIGN
from license_samples import MARKETING, NOW, PERSONAL
from officing import Office, file, in_office
from servers import Postgres

from pgtoll.errors import StoreError
from pgtoll.office.documents import NamedFile
from pgtoll.office.drafts import Draft, Drafted, drafted
from pgtoll_policy.issue import sign
from pgtoll_policy.policy import State


async def draft(office: Office, wanted: Draft) -> Drafted:
    desk = office.desk
    async with desk._moment("try") as (connection, held):
        return await drafted(connection, held, wanted, desk._keys, NOW)


def state(found: Drafted, user: str) -> tuple[State, State]:
    return tuple(one.state("marketing", user, NOW).state for one in (found.before, found.after))  # type: ignore[return-value]


def test_nothing_is_changed_and_all_is_told(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(2)
        await office.grant("alice", "bob")
        one = Draft(recall={"marketing": ("bob",)}, grant={"marketing": ("carol",)})
        for _ in range(2):
            found = await draft(office, one)
            assert state(found, "alice") == (State.LICENSED, State.LICENSED)
            assert state(found, "bob") == (State.LICENSED, State.REFUSED)
            assert state(found, "carol") == (State.REFUSED, State.LICENSED)
            assert found.told == (
                "1 seat of product marketing recalled",
                "1 seat of product marketing granted",
            )

    in_office(any_database, story)


def test_files_are_admitted_as_in_an_upload(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        found = await draft(office, Draft((file(PERSONAL), file(MARKETING))))
        assert state(found, "alice")[1] is State.REFUSED
        assert len(found.told) == 2
        with pytest.raises(StoreError, match=r"forged\.lic: "):
            await draft(office, Draft((NamedFile("forged.lic", b"{}"),)))

    in_office(any_database, story)
    assert FOREIGN is not None
    assert sign(PERSONAL, FOREIGN)


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Draft(grant={"marketing": ("dan",)}), "cannot grant 1 more"),
        (Draft(recall={"marketing": ("zoe",)}), "no seat of product marketing"),
        (Draft(without=("nothing",)), "there is nothing to delete"),
        (Draft(grant={"nothing": ("dan",)}), "is not known here"),
    ],
)
def test_what_would_be_refused_is(any_database: Postgres, wanted: Draft, told: str) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        await office.grant("alice")
        with pytest.raises(StoreError, match=told):
            await draft(office, wanted)

    in_office(any_database, story)


def test_without_its_licenses_a_product_is_in_demo_mode(any_database: Postgres) -> None:
    async def story(office: Office) -> None:
        await office.buy(1)
        await office.grant("alice")
        found = await draft(office, Draft(without=("marketing",)))
        assert state(found, "alice") == (State.LICENSED, State.DEMO)

    in_office(any_database, story)
