"""A doubt of the picture stands until a look has settled it that began later."""

import asyncio

import pytest
from catalog_samples import SEATED
from gates import gate_of

from pgtoll import in_force


def test_while_the_catalog_is_only_slow_to_read_statements_wait_for_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(in_force, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(in_force, "LONGEST_SECONDS", 5.0)

    async def settle_late() -> bool:
        asyncio.get_running_loop().call_later(0.1, gate.trust_catalog, gate.doubts)
        return await gate.settled()

    gate = gate_of(SEATED)
    gate.doubt_catalog()
    assert asyncio.run(settle_late())


def test_a_doubt_that_comes_while_the_catalog_is_read_stands() -> None:
    gate = gate_of(SEATED)
    gate.doubt_catalog()
    seen = gate.doubts
    gate.doubt_catalog()
    gate.trust_catalog(seen)
    assert gate.stale
    gate.mistrust_catalog()
    gate.trust_catalog(gate.doubts)
    assert not gate.stale
