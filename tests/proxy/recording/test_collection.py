"""What several workers have counted adds up, within bounds."""

import pytest
from recording_samples import ALICE, BOB, SOURCE, TAKING, read_all, said, tally

from pgtoll.recording import collection as module
from pgtoll.recording.batches import Batch, Source, pack, unpack
from pgtoll.recording.collection import Collection


def batch(source: Source, *texts: str, last: bool = False, told: tuple[str, ...] = ()) -> Batch:
    one = tally()
    for text in texts:
        one.ran(ALICE, said(text), ())
    read_all(one)
    return unpack(pack(source, one.harvest(), told, last=last))


def test_workers_add_up() -> None:
    found, other = Collection(), Source("w2", True, True)
    found.add(batch(SOURCE, "SELECT * FROM contact", "BEGIN"))
    found.add(batch(other, "SELECT * FROM contact", last=True))
    assert (found.statements, len(found.shapes), found.users) == (3, 2, {"alice"})
    assert sorted(count.runs for count in found.entries.values()) == [1, 2]
    assert found.waiting == 1
    header = found.header(TAKING)
    assert (header.workers, header.observes, header.strict) == (2, True, True)


def test_what_there_is_no_room_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ENTRIES", 1)
    found = Collection()
    found.add(batch(SOURCE, "SELECT * FROM contact", "BEGIN"))
    assert (found.statements, found.lost.statements, len(found.entries)) == (2, 1, 1)
    assert BOB.user not in found.users


def test_what_refers_to_an_unknown_shape_is_lost() -> None:
    found, known = Collection(), batch(SOURCE, "BEGIN")
    found.add(batch(SOURCE, "BEGIN", told=(known.shapes[0].id,)))
    assert (found.lost.statements, found.entries) == (1, {})
