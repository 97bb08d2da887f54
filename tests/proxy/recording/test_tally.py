"""What a worker counts: each statement once, within bounds, whatever it has to wait for."""

import pytest
from recording_samples import ALICE, BOB, read_all, said, shapes, tally

from pgtoll.recording import tally as module
from pgtoll.recording.tally import Harvest
from pgtoll_policy.verdict import Kind, Verdict

INVOICES = "SELECT * FROM mrktinvoice WHERE id = {}"
REFUSED = Verdict(
    Kind.REFUSE, product="marketing", schema="public", table="mrktinvoice", rule="license x"
)
WATCHED = Verdict(Kind.WATCH, watch=True, rule="watch")


def counts(harvest: Harvest) -> list[tuple[str, str, str, int, int]]:
    return sorted(
        (
            *(harvest.shapes[entry.shape].title, entry.who.user, entry.kind.value),
            *(count.runs, count.refused),
        )
        for entry, count in harvest.entries.items()
    )


def test_texts_of_one_shape_are_read_once() -> None:
    one = tally()
    for number in range(5):
        one.ran(ALICE, said(INVOICES.format(number)), ())
    assert one.reads
    read_all(one)
    assert not one.reads
    for number in range(5, 9):
        one.ran(BOB, said(INVOICES.format(number)), ())
    assert not one.reads
    title = "SELECT * FROM mrktinvoice WHERE id = $1"
    assert counts(one.harvest()) == [(title, "alice", "allow", 5, 0), (title, "bob", "allow", 4, 0)]
    assert counts(one.harvest()) == []


def test_where_constants_matter_each_text_is_its_own() -> None:
    one = tally()
    for name in ("contact", "mrktinvoice", "contact"):
        one.ran(ALICE, said(f"SELECT '{name}'::regclass"), ())
        read_all(one)
    assert sum(line[3] for line in counts(one.harvest())) == 3
    one.ran(ALICE, said("SELECT 'mrktinvoice'::regclass"), ())
    (line,) = counts(one.harvest())
    assert line[3] == 1


def test_each_statement_of_a_text_has_its_verdict() -> None:
    one, allowed = tally(), Verdict(Kind.ALLOW)
    text = said("BEGIN; SELECT * FROM contact; SELECT * FROM mrktinvoice; COMMIT")
    one.ran(BOB, text, (allowed, allowed, REFUSED, allowed))
    one.refused(BOB, text, REFUSED)
    read_all(one)
    assert counts(one.harvest()) == [
        ("begin …", "bob", "allow", 1, 0),
        ("select …", "bob", "allow", 1, 0),
        ("select …", "bob", "refuse", 1, 1),
    ]


def test_what_a_check_refuses_was_counted_when_it_was_sent() -> None:
    one, text = tally(), said("SELECT f(1)")
    one.ran(BOB, text, (WATCHED,))
    one.refused(BOB, text, Verdict(Kind.REFUSE, product="marketing", rule="watch x"))
    read_all(one)
    assert [line[2:] for line in counts(one.harvest())] == [("watch", 1, 1)]


def test_who_only_observes_is_told_by_verdicts() -> None:
    one = tally()
    one.ran(BOB, said(INVOICES.format(1)), (REFUSED,), observed=True)
    read_all(one)
    assert [line[2:] for line in counts(one.harvest())] == [("refuse", 1, 1)]


def test_what_nobody_has_read_is_counted() -> None:
    one = tally()
    one.ran_unseen(ALICE, Verdict(Kind.ALLOW), "")
    one.ran_unseen(BOB, REFUSED, "its text is too long", refused=True)
    assert [line[1:] for line in counts(one.harvest())] == [
        ("bob", "refuse", 1, 1),
        ("alice", "allow", 1, 0),
    ]


def test_there_is_room_for_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    monkeypatch.setattr(module, "MOST_ENTRIES", 3)
    one = tally()
    for table in ("a", "b", "c", "d"):
        one.ran(ALICE, said(f"SELECT * FROM {table}"), ())
    read_all(one)
    for table in ("e", "f"):
        one.ran(ALICE, said(f"SELECT * FROM {table}"), ())
    read_all(one)
    harvest = one.harvest()
    assert (harvest.lost.unread, harvest.lost.statements) == (2, 2)
    assert sum(line[3] for line in counts(harvest)) == 4


def test_what_could_not_be_handed_on_is_counted_still() -> None:
    one = tally()
    one.ran(ALICE, said("SELECT * FROM contact"), ())
    read_all(one)
    harvest = one.harvest()
    one.put_back(harvest)
    one.ran(ALICE, said("SELECT * FROM contact"), ())
    assert [line[3] for line in counts(one.harvest())] == [2]
    one.ran(ALICE, said("SELECT * FROM contact, copy"), ())
    one.read_no_more()
    assert one.harvest().lost.unread == 1


def test_shapes_are_those_of_the_text() -> None:
    one = tally()
    one.ran(ALICE, said("SELECT * FROM contact"), ())
    read_all(one)
    assert tuple(one.harvest().shapes.values()) == shapes("SELECT * FROM contact")
