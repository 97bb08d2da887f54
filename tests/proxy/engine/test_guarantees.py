"""Whatever a server lacks is told: what that weakens, why, and what to do."""

from dataclasses import replace

import pytest

from pgtoll.engine.abilities import Abilities
from pgtoll.engine.guarantees import Guarantee, Holds, guarantees, weakened

ALL = Abilities("PostgreSQL 18.6", "keeper")


def told(found: Abilities) -> dict[str, Guarantee]:
    return {one.name: one for one in weakened(guarantees(found))}


def test_nothing_is_weaker_where_nothing_is_missing() -> None:
    assert told(ALL) == {}
    assert len({one.name for one in guarantees(ALL)}) == len(guarantees(ALL))


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (replace(ALL, superuser=False), {"cap", "watch"}),
        (replace(ALL, counts="it does not count"), {"cap", "watch"}),
        (replace(ALL, fresh="they are old"), {"watch"}),
        (replace(ALL, fresh="they are old", flushes="none"), {"watch"}),
        (replace(ALL, locks="it shows none"), {"cap", "watch"}),
        (replace(ALL, flushes="not for all"), {"cap"}),
        (replace(ALL, event_triggers="denied"), {"steady", "catalog"}),
        (replace(ALL, notifies="none"), {"policy"}),
        (replace(ALL, instance="denied"), {"instance"}),
        (replace(ALL, hidden=("a", "b"), most_hidden=7), {"rows"}),
    ],
)
def test_what_is_missing_weakens_what_rests_on_it(found: Abilities, names: set[str]) -> None:
    weaker = told(found)
    assert weaker.keys() == names
    assert all(one.why for one in weaker.values())


def test_the_tables_that_cannot_be_counted_are_named() -> None:
    rows = told(replace(ALL, hidden=("shop.a", '"B"'), most_hidden=7))["rows"]
    assert rows.what.endswith('shop.a, "B" and 5 more')
    assert rows.fix[0] == "GRANT pg_read_all_data TO keeper;"


def test_rights_that_a_server_does_not_know_are_not_to_be_granted() -> None:
    old = replace(ALL, speaks=130023, hidden=("a",), most_hidden=1)
    assert "GRANT SELECT ON ALL TABLES" in told(old)["rows"].fix[0]


def test_the_server_says_why() -> None:
    weaker = told(replace(ALL, locks="the server has no locks"))
    assert weaker["cap"].why == weaker["watch"].why == "the server has no locks"


def test_ways_that_hold_say_how() -> None:
    held = {one.name: one for one in guarantees(replace(ALL, distributed=True, prepares=True))}
    assert "distributed" in held["cap"].what
    assert "a twentieth of a second" in held["catalog"].what
    assert held["cap"].holds is Holds.YES
