"""How current what is in force is: no more than the store has shown, and has committed."""

import asyncio
from uuid import UUID, uuid4

import pytest
from catalog_samples import FREE
from gates import Clocks, gate_of
from license_samples import NOW

from pgtoll.errors import StoreError
from pgtoll.store.channel import Beat
from pgtoll.store.policy_changes import Change, Known, LostChange
from pgtoll.upkeep import currency
from pgtoll.upkeep.currency import Currency, committed, watch_lapse

FIRST, SECOND = Change(1, uuid4()), Change(2, uuid4())


def going_by(change: Change, *, at: float = 100.0) -> Currency:
    found = Currency(lambda: at)
    found.go_by(change, at)
    return found


def beat(change: Change, at: float, *, lost: bool = False) -> Beat:
    return Beat(at, change.mark, lost)


def test_it_is_confirmed_by_what_is_shown_and_by_what_is_committed() -> None:
    one = going_by(FIRST)
    assert not one.hear(beat(FIRST, 110.0))
    assert one.confirmed == 100.0  # nothing was committed since
    one.committed(105.0)
    assert one.confirmed == 105.0
    one.committed(120.0)
    assert one.confirmed == 110.0
    one.committed(90.0)  # an answer that came late
    assert one.confirmed == 110.0


def test_another_change_is_to_be_read_and_confirms_nothing() -> None:
    one = going_by(FIRST)
    one.committed(200.0)
    assert one.hear(beat(SECOND, 150.0))
    assert one.confirmed == 100.0
    one.go_by(SECOND, 160.0)
    assert one.confirmed == 160.0
    assert not one.hear(beat(SECOND, 170.0))


def test_a_store_that_has_lost_what_was_gone_by_is_not_gone_by() -> None:
    one = going_by(SECOND)
    one.committed(900.0)
    assert one.hear(beat(FIRST, 150.0))
    assert not one.judge(Known(FIRST, missing=(SECOND,)))
    assert one.unreported == SECOND
    assert "it has lost change 2 of" in one.problem
    # It is read once more when that has been reported, and when it has been accepted.
    assert one.hear(beat(FIRST, 151.0))
    assert not one.judge(Known(FIRST, lost=(LostChange(SECOND, NOW),), missing=(SECOND,)))
    assert not one.hear(beat(FIRST, 152.0, lost=True))
    assert one.confirmed == 100.0
    assert one.hear(beat(FIRST, 153.0))
    assert one.judge(Known(FIRST))
    one.go_by(FIRST, 154.0)
    assert (one.problem, one.confirmed) == ("", 154.0)


def test_who_has_gone_by_nothing_goes_by_no_store_that_others_doubt() -> None:
    one = Currency(lambda: 0.0)
    assert one.hear(beat(FIRST, 1.0))
    assert not one.judge(Known(FIRST, lost=(LostChange(SECOND, NOW),)))
    assert one.unreported is None


def test_an_empty_history_is_a_change_that_nobody_knows() -> None:
    assert Known(Change(0, UUID(int=0)), missing=(FIRST,)).problem.startswith("the store was put")
    several = Known(FIRST, lost=(LostChange(SECOND, NOW),), missing=(Change(7, uuid4()),))
    assert "it has lost changes 2, 7 of" in several.problem


@pytest.mark.parametrize(
    ("connected", "committed", "said"),
    [(True, 495.0, ""), (False, 495.0, "it does not answer"), (True, 400.0, "it commits nothing")],
)
def test_the_gate_is_told_what_keeps_it(connected: bool, committed: float, said: str) -> None:
    gate = gate_of(FREE)
    one = going_by(FIRST)
    one.committed(committed)
    one.hear(beat(FIRST, 500.0))
    one.tell(gate, connected=connected)
    assert gate.confirmed == committed
    assert gate.problem.startswith(said)
    assert bool(gate.problem) == bool(said)


def test_a_lapse_is_logged_once_and_so_is_its_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(currency, "LAPSE_SECONDS", 0.001)
    clocks = Clocks()
    gate = gate_of(FREE, clocks)
    gate.grace = 10.0

    async def story() -> None:
        watching = asyncio.ensure_future(watch_lapse(gate))
        clocks.elapsed += 10.0
        await asyncio.sleep(0.05)
        picture = gate.picture
        one = going_by(FIRST, at=clocks.elapsed)
        one.tell(gate, connected=True)
        assert gate.picture is not picture  # sessions look again at once
        await asyncio.sleep(0.05)
        watching.cancel()

    asyncio.run(story())
    told = [one.levelname for one in caplog.records if one.name == "pgtoll.upkeep"]
    assert told == ["ERROR", "WARNING"]


def test_a_store_that_never_commits_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(currency, "BEGIN_SECONDS", 0.01)
    with pytest.raises(StoreError, match="is a standby away that its commits wait for"):
        asyncio.run(committed(asyncio.sleep(600)))
