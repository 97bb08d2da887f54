"""A recording decided again: exactly those lose whom a gate would refuse."""

from dataclasses import replace

import pytest
from catalog_samples import BASE, BASE_SERVER, CATALOG, DEMO, FREE, SEATED
from gates import gate_of
from license_samples import ISSUED, MARKETING, NOW, PERSONAL
from recording_samples import ALICE, BOB, recorded

from pgtoll.engine.ways import Watch, Ways
from pgtoll.office.rehearsal import Change, Rehearsal, Terms, lines_of, rehearse
from pgtoll.recording.tally import Who
from pgtoll_policy.bodies import read_statements
from pgtoll_policy.policy import Grant, Policy, compile_policy

INVOICES = "SELECT * FROM mrktinvoice WHERE id = 1"
DAY = (
    "SELECT * FROM contact",
    INVOICES,
    "INSERT INTO mrktinvoice VALUES (1)",
    "INSERT INTO contact VALUES (1)",
    "TRUNCATE mrktinvoice",
    "TRUNCATE event_1",
    "BEGIN",
    "DO $$ BEGIN DELETE FROM mrktinvoice; END $$",
    "SELECT query_to_xml('x', true, true, '')",
    "COPY contact TO STDOUT",
    "EXECUTE p",
)
NOBODY = compile_policy([BASE, MARKETING, BASE_SERVER, replace(PERSONAL, seats=1)], [])
BOTH = compile_policy(
    [BASE, MARKETING, BASE_SERVER, PERSONAL],
    [Grant("marketing", "alice", ISSUED), Grant("marketing", "bob", ISSUED)],
)


def rehearsed(before: Policy, after: Policy, *ran: tuple[Who, str]) -> Rehearsal:
    return rehearse(recorded(*ran), Terms(before, CATALOG, NOW), Terms(after, CATALOG, NOW))


def changes(found: Rehearsal) -> list[tuple[str, str, str, int]]:
    return sorted(
        (key.change.value, key.user, key.product, one.statements)
        for key, one in found.changes.items()
    )


def test_where_nothing_can_be_watched_what_nobody_reads_is_lost() -> None:
    unread = (ALICE, "SELECT query_to_xml('x', true, true, '')")
    before, after = Terms(SEATED, CATALOG, NOW), Terms(NOBODY, CATALOG, NOW)
    assert not rehearse(recorded(unread), before, after).of(Change.LOSES)
    blind = Ways(watch=Watch.NONE)
    before, after = replace(before, ways=blind), replace(after, ways=blind)
    found = rehearse(recorded(unread), before, after)
    ((key, _),) = found.of(Change.LOSES)
    assert key.user == "alice"


def test_who_loses_a_seat_loses_what_the_product_has() -> None:
    ran = [(ALICE, INVOICES), (ALICE, INVOICES), (ALICE, "SELECT * FROM contact"), (BOB, "BEGIN")]
    found = rehearsed(SEATED, NOBODY, *ran)
    assert changes(found) == [("loses", "alice", "marketing", 2)]
    ((key, one),) = found.of(Change.LOSES)
    assert (key.before, key.after) == (
        "it is licensed",
        "user has no seat of the personal license",
    )
    assert "public.mrktinvoice" in one.tables
    ((runs, shape),) = lines_of(one, found.shapes, 3)
    assert (runs, shape.text) == (2, "SELECT * FROM mrktinvoice WHERE id = $1")
    assert (found.worse, found.statements, found.users) == (True, 4, {"alice", "bob"})


def test_who_gets_one_gains_it() -> None:
    found = rehearsed(SEATED, BOTH, (BOB, INVOICES), (ALICE, INVOICES))
    assert changes(found) == [("gains", "bob", "marketing", 1)]
    assert not found.worse
    assert found.otherwise == 1  # it was recorded of a user who lacked nothing


def test_where_nothing_differs_nothing_changes() -> None:
    ran = [(who, sql) for who in (ALICE, BOB) for sql in DAY]
    assert changes(rehearsed(SEATED, SEATED, *ran)) == []


def test_demo_mode_counts_rows() -> None:
    found = rehearsed(FREE, DEMO, (ALICE, "INSERT INTO contact VALUES (1)"), (ALICE, INVOICES))
    assert [one[0] for one in changes(found)] == ["may lose"]
    assert changes(rehearsed(DEMO, FREE, (ALICE, "INSERT INTO contact VALUES (1)")))[0][0] == (
        "eased"
    )


@pytest.mark.parametrize("policy", [SEATED, NOBODY, BOTH, DEMO, FREE])
@pytest.mark.parametrize("sql", DAY)
def test_it_comes_to_what_a_gate_says(sql: str, policy: Policy) -> None:
    """A user of a proxy with these licenses would have the same verdict on the text itself."""
    everything = rehearsed(FREE, policy, (BOB, sql))
    gate, data = gate_of(policy), sql.encode()
    gate.facts.keep(data, data, read_statements(sql))
    judge = gate.judge("bob")
    rulings = judge.rule(data, "")
    assert rulings
    expected = "allow" if judge.clear else rulings[0].verdict.kind.value
    told = {"refuse": ["loses"], "cap": ["may lose"], "watch": ["may lose"], "allow": []}
    assert [one[0] for one in changes(everything)] == told[expected]


def test_an_impersonator_is_read_always() -> None:
    app = Who("carol", "app", impersonates=True)
    found = rehearsed(SEATED, NOBODY, (app, "SET pgtoll.user = 'x'"), (app, INVOICES))
    assert changes(found) == []  # carol's seat was beyond those bought before
