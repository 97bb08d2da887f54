"""Whether somebody administers licenses is asked once a second, and never holds a login up."""

import asyncio

import pytest

from pgtoll.errors import StoreError
from pgtoll.store.managers import FRESH_SECONDS, Managers


class Roles:
    """A store that says who the members are, and what time it is."""

    def __init__(self, *members: str) -> None:
        self.members = frozenset(members)
        self.reads = 0
        self.time = 0.0

    async def read(self) -> frozenset[str]:
        self.reads += 1
        return self.members

    def elapsed(self) -> float:
        return self.time


def test_an_answer_is_good_for_a_second() -> None:
    async def story() -> None:
        roles = Roles("dana")
        managers = Managers(roles.read, roles.elapsed)
        assert await asyncio.gather(*(managers.has("dana") for _ in range(9))) == [True] * 9
        assert not await managers.has("eve")
        assert roles.reads == 1
        roles.members, roles.time = frozenset({"eve"}), FRESH_SECONDS
        assert await managers.has("eve")
        assert not await managers.has("dana")
        assert roles.reads == 2

    asyncio.run(story())


def test_a_store_that_fails_reminds_nobody() -> None:
    async def fail() -> frozenset[str]:
        raise StoreError("gone")

    assert not asyncio.run(Managers(fail).has("dana"))


def test_a_store_that_is_silent_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgtoll.store.managers.PATIENCE_SECONDS", 0.01)

    async def wait() -> frozenset[str]:
        await asyncio.sleep(60)
        return frozenset({"dana"})

    assert not asyncio.run(Managers(wait).has("dana"))
