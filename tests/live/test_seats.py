"""Seats: granted all or none, never more than were bought, whoever grants at the same time."""

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import replace

import pytest
from license_samples import DUE, KEY, KEYS, MARKETING, NOW, PERSONAL, SERVER
from servers import Postgres
from storage import in_store

from pgtoll.errors import StoreError
from pgtoll.store.seats import GrantResult
from pgtoll.store.store import Store
from pgtoll_policy.issue import sign
from pgtoll_policy.policy import State

pytestmark = pytest.mark.live


async def buy(store: Store, seats: int) -> None:
    await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
    await store.upload(sign(replace(PERSONAL, seats=seats), KEY), KEYS, now=NOW)


async def grant(store: Store, *users: str) -> GrantResult:
    return await store.grant("marketing", users, keys=KEYS, now=NOW)


async def holders(store: Store) -> list[str]:
    return [seat.user for seat in await store.seats("marketing")]


def test_a_seat_licenses_its_user(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await buy(store, 2)
        await grant(store, "alice")
        policy, _ = await store.load_policy(KEYS)
        assert policy.state("marketing", "alice", NOW).state is State.LICENSED
        assert policy.state("marketing", "bob", NOW).state is State.REFUSED
        (seat,) = await store.seats()
        assert (seat.product, seat.user, seat.granted_by) == ("marketing", "alice", "postgres")
        assert [one.user for one in await store.grants()] == ["alice"]
        assert await store.seats("another") == []

    in_store(store_database, story)


def test_granting_is_all_or_nothing(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await buy(store, 2)
        await grant(store, "alice")
        with pytest.raises(StoreError, match="has 2 seats and 1 is taken: cannot grant 2 more"):
            await grant(store, "bob", "carol")
        assert await holders(store) == ["alice"]

    in_store(store_database, story)


def test_granting_again_changes_nothing(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await buy(store, 2)
        await grant(store, "alice", "bob", "alice")
        before = await store.seats()
        result = await grant(store, "bob", "alice")
        assert (result.granted, result.already) == ((), ("bob", "alice"))
        assert await store.seats() == before

    in_store(store_database, story)


def test_users_that_cannot_log_in_are_pointed_out(store_database: Postgres) -> None:
    group, person = f"group_{secrets.token_hex(4)}", f"person_{secrets.token_hex(4)}"
    store_database.execute(f"CREATE ROLE {group} NOLOGIN; CREATE ROLE {person} LOGIN")

    async def story(store: Store) -> None:
        await buy(store, 9)
        result = await grant(store, group, "nobody's", person)
        assert result.granted == (group, "nobody's", person)
        assert result.strangers == (group, "nobody's")

    try:
        in_store(store_database, story)
    finally:
        store_database.execute(f"DROP ROLE {group}; DROP ROLE {person}")


def test_granting_needs_a_personal_license_in_force(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        with pytest.raises(StoreError, match="not known here"):
            await grant(store, "alice")
        await store.upload(sign(MARKETING, KEY), KEYS, now=NOW)
        with pytest.raises(StoreError, match="in demo mode nobody needs a seat"):
            await grant(store, "alice")
        await store.upload(sign(SERVER, KEY), KEYS, now=NOW)
        with pytest.raises(StoreError, match="no personal license in force"):
            await grant(store, "alice")
        await store.delete(None)
        await store.upload(sign(PERSONAL, KEY), KEYS, now=NOW)
        with pytest.raises(StoreError, match="no personal license in force"):
            await store.grant("marketing", ["alice"], keys=KEYS, now=DUE)

    in_store(store_database, story)


@pytest.mark.parametrize("users", [(), ("",), ("al\0ice",)])
def test_names_that_are_none_are_refused(store_database: Postgres, users: Iterable[str]) -> None:
    async def story(store: Store) -> None:
        await buy(store, 2)
        with pytest.raises(StoreError, match="user"):
            await grant(store, *users)
        with pytest.raises(StoreError, match="user"):
            await store.revoke("marketing", users)

    in_store(store_database, story)


def test_revoking_frees_the_seat_and_is_remembered(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await buy(store, 1)
        await grant(store, "alice")
        assert await store.revoke("marketing", ["alice"]) == ("alice",)
        await grant(store, "bob")
        assert await holders(store) == ["bob"]

    in_store(store_database, story)
    with store_database.connect() as session:
        history = session.execute(
            "SELECT act, username, done_by FROM pgtoll.seat_history ORDER BY id"
        ).fetchall()
    assert history == [
        ("grant", "alice", "postgres"),
        ("revoke", "alice", "postgres"),
        ("grant", "bob", "postgres"),
    ]


def test_revoking_what_is_not_granted_does_nothing(store_database: Postgres) -> None:
    async def story(store: Store) -> None:
        await buy(store, 2)
        await grant(store, "alice")
        with pytest.raises(StoreError, match="no seat of product marketing is granted to bob"):
            await store.revoke("marketing", ["alice", "bob"])
        assert await holders(store) == ["alice"]

    in_store(store_database, story)


def test_the_last_seat_is_sold_once(store_database: Postgres) -> None:
    async def attempt(user: str) -> int:
        store = await Store.connect(store_database.dsn)
        try:
            await grant(store, user)
        except StoreError as exc:
            if "cannot grant" not in str(exc):
                raise
            return 0
        finally:
            await store.close()
        return 1

    async def story(store: Store) -> None:
        await buy(store, 3)
        await grant(store, "first", "second")
        results = await asyncio.gather(*(attempt(f"user{number}") for number in range(50)))
        assert sum(results) == 1
        assert len(await holders(store)) == 3

    in_store(store_database, story)


def test_granting_and_uploading_at_once_do_not_deadlock(store_database: Postgres) -> None:
    async def upload(serial: int) -> None:
        store = await Store.connect(store_database.dsn)
        license = replace(PERSONAL, id=f"{serial:032x}", seats=1)
        await store.upload(sign(license, KEY), KEYS, now=NOW)
        await store.close()

    async def seat(number: int) -> None:
        store = await Store.connect(store_database.dsn)
        await grant(store, f"user{number}")
        await store.close()

    async def story(store: Store) -> None:
        await buy(store, 10)
        tasks = [(upload if number % 2 else seat)(number) for number in range(20)]
        await asyncio.gather(*tasks)
        assert len(await holders(store)) == 10

    in_store(store_database, story)


def test_a_manager_may_administer_and_nobody_else(store_database: Postgres) -> None:
    manager, anyone = f"manager_{secrets.token_hex(4)}", f"anyone_{secrets.token_hex(4)}"
    store_database.execute(
        f"CREATE ROLE {manager} LOGIN IN ROLE pgtoll_manager; CREATE ROLE {anyone} LOGIN"
    )

    async def managing(store: Store) -> None:
        await buy(store, 1)
        await grant(store, "alice")
        assert [seat.granted_by for seat in await store.seats()] == [manager]
        await store.revoke("marketing", ["alice"])
        assert len(await store.delete(None)) == 1

    async def intruding(store: Store) -> None:
        with pytest.raises(StoreError, match="members of role pgtoll_manager"):
            await grant(store, "alice")
        with pytest.raises(StoreError, match="members of role pgtoll_manager"):
            await store.documents()

    try:
        in_store(replace(store_database, user=manager), managing)
        in_store(replace(store_database, user=anyone), intruding)
    finally:
        store_database.execute(f"DROP ROLE {manager}; DROP ROLE {anyone}")
