"""Who is let in as what they say; administrators are told what runs out, and many ask only once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from gates import Clocks, gate_of
from license_samples import DUE, MARKETING, SERVER

from pgtoll.entrance.entrance import LOOK_SECONDS, Entrance
from pgtoll.errors import RefusedLogin, RefusedStartup
from pgtoll.store.managers import Managers
from pgtoll.wire.startup import Startup
from pgtoll_policy.policy import compile_policy

DAY = timedelta(days=1)
RUNNING_OUT = compile_policy([MARKETING, SERVER], [])
RENEWED = compile_policy([MARKETING, replace(SERVER, due=DUE + 400 * DAY)], [])


async def _managers() -> frozenset[str]:
    return frozenset({"anna"})


def told(entrance: Entrance, user: str = "anna", **more: str) -> bytes:
    startup = Startup(b"", {"user": user, "database": "shop", **more})
    return asyncio.run(entrance.greeting(startup))


def test_an_administrator_is_told_and_nobody_else() -> None:
    entrance = Entrance(gate_of(RUNNING_OUT, Clocks(DUE - DAY)), Managers(_managers), "shop")
    assert b"license expires on 2026-12-31" in told(entrance)
    assert told(entrance, "bob") == b""
    assert told(entrance, replication="database") == b""


def test_what_is_due_is_looked_up_again_after_a_second() -> None:
    clocks = Clocks(DUE - DAY)
    entrance = Entrance(gate_of(RUNNING_OUT, clocks), Managers(_managers), "shop")
    assert b"expires" in told(entrance)
    clocks.now += 2 * DAY  # the time of day alone is not asked at each log-in
    assert b"expires" in told(entrance)
    clocks.elapsed += LOOK_SECONDS
    assert b"license expired on" in told(entrance)


def test_what_is_due_goes_with_its_policy() -> None:
    gate = gate_of(RUNNING_OUT, Clocks(DUE - DAY))
    entrance = Entrance(gate, Managers(_managers), "shop")
    assert told(entrance) != b""
    gate.picture = replace(gate.picture, policy=RENEWED)
    assert told(entrance) == b""
    gate.picture = replace(gate.picture, policy=RUNNING_OUT)
    assert told(entrance) != b""


@pytest.mark.parametrize("options", [{"pgtoll.user": "anna"}, {"options": "-c pgtoll.user=anna"}])
def test_nobody_says_at_startup_who_they_are_but_where_all_pass(options: dict[str, str]) -> None:
    startup = Startup(b"", {"user": "bob", "database": "shop", **options})
    with pytest.raises(RefusedStartup, match="the key impersonators does not name it"):
        Entrance(gate_of(RUNNING_OUT), Managers(_managers), "shop").admit(startup)
    observing = Entrance(gate_of(RUNNING_OUT, observe=True), Managers(_managers), "shop")
    judge = observing.admit(startup)
    assert judge.user == "bob"
    assert not judge.impersonates


def test_nobody_is_let_in_when_what_is_licensed_is_not_known_any_more() -> None:
    clocks = Clocks(DUE - DAY)
    startup = Startup(b"", {"user": "bob", "database": "shop"})
    for observe in (False, True):
        gate = gate_of(RUNNING_OUT, clocks, observe=observe)
        gate.grace = 5.0
        entrance = Entrance(gate, Managers(_managers), "shop")
        assert entrance.admit(startup).user == "bob"
        clocks.elapsed += 5.0
        if observe:
            assert entrance.admit(startup).user == "bob"
            continue
        with pytest.raises(RefusedLogin, match="not known any more") as caught:
            entrance.admit(startup)
        assert caught.value.sqlstate == "57P03"
        assert "confirmed nothing for 5 seconds (store_grace)" in caught.value.detail
