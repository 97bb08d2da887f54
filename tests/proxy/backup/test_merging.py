"""What an import would change: whichever was done later counts, and nothing newer is taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from license_samples import MARKETING, PERSONAL, REVOCATION, SERVER
from stored import EMPTY, FULL, NOON, ORIGIN, change, held, hour, recall, seat, verified

from pgtoll.backup.contents import Contents, Day, RefusalDay, SeatChange, Seen
from pgtoll.backup.merging import Merge, merge
from pgtoll.store.archive import StoredDocument
from pgtoll.store.seats import Seat
from pgtoll_policy.coverage import Place
from pgtoll_policy.documents import Revocation
from pgtoll_policy.errors import Conflict, NotForUs

NEWER = replace(PERSONAL, id="4" * 32, serial=2, seats=1)
OTHER = Revocation(frozenset({PERSONAL.id}), serial=2, issued=REVOCATION.issued)
BOTH = Revocation(frozenset({SERVER.id, PERSONAL.id}), serial=3, issued=REVOCATION.issued)


U_GONE = (recall("u", hour(1)),)
LATE = (seat("u", hour(2)),)


def contents(
    *documents: StoredDocument, seats: tuple[Seat, ...] = (), recalls: tuple[SeatChange, ...] = ()
) -> Contents:
    return Contents(ORIGIN, documents=documents, seats=seats, seat_changes=recalls)


def merged(file: Contents, store: Contents) -> Merge:
    return merge(verified(file), verified(store), Place(), hour(48))


def named(documents: list[StoredDocument]) -> list[tuple[str, int]]:
    return [(one.kind, one.serial) for one in documents]


def test_an_empty_store_gets_everything_as_it_was() -> None:
    found = merged(FULL, EMPTY)
    assert found.added == list(FULL.documents)
    assert found.granted == list(FULL.seats)
    assert (found.clock, found.ahead, found.dropped, found.recalled) == (NOON, [], [], [])
    assert found.document_changes == list(FULL.document_changes)
    assert found.seat_changes == list(FULL.seat_changes)


def test_a_store_that_has_all_of_it_is_left_alone() -> None:
    found = merged(FULL, FULL)
    assert (found.changes, found.clock, found.ahead) == (0, None, [])
    assert (found.document_changes, found.seat_changes) == ([], [])


def test_an_empty_file_is_behind_whatever_there_is() -> None:
    found = merged(EMPTY, FULL)
    assert (found.changes, found.clock) == (0, None)
    assert len(found.ahead) == len(FULL.documents) + len(FULL.seats)


def test_figures_of_a_day_to_come_are_refused() -> None:
    tomorrow, later = hour(72).date(), hour(96).date()
    merged(replace(FULL, days=(Day(tomorrow, 1),)), EMPTY)  # clocks differ
    for file in (
        replace(FULL, days=(Day(later, 1),)),
        replace(FULL, seen=(Seen("alice", later),)),
        replace(FULL, refusal_days=(RefusalDay(later, "", "refuse", 1, 1),)),
    ):
        with pytest.raises(NotForUs, match=f"figures of {later}, which is after"):
            merged(file, EMPTY)


# Documents


def test_a_newer_serial_replaces_the_older() -> None:
    old, new = (
        contents(held(1, MARKETING), held(2, PERSONAL)),
        contents(held(1, MARKETING), held(9, NEWER)),
    )
    found = merged(new, old)
    assert (named(found.added), named(found.dropped)) == ([("license", 2)], [("license", 1)])
    assert found.ahead == []


def test_an_older_serial_does_not_come_back() -> None:
    old, new = (
        contents(held(1, MARKETING), held(2, PERSONAL)),
        contents(held(1, MARKETING), held(9, NEWER)),
    )
    found = merged(old, new)
    assert found.changes == 0
    assert any("is older than 2" in reason for reason in found.ahead)


def test_an_older_product_does_not_come_back() -> None:
    found = merged(contents(held(1, MARKETING)), contents(held(1, replace(MARKETING, serial=2))))
    assert found.changes == 0
    assert "serial 1 of product marketing is older" in found.ahead[0]


def test_a_license_that_was_replaced_does_not_come_back_when_the_newer_is_gone() -> None:
    history = (change("upload", NEWER, hour(1), 7), change("delete", PERSONAL, hour(1), 7))
    gone = (change("delete", NEWER, hour(2)),)
    store = replace(contents(held(1, MARKETING)), document_changes=history + gone)
    found = merged(contents(held(1, MARKETING), held(2, PERSONAL)), store)
    assert found.added == []
    assert "was replaced here by serial 2" in found.ahead[0]


def test_a_restored_store_loses_again_what_was_replaced_since() -> None:
    history = (change("upload", NEWER, hour(1), 7), change("delete", PERSONAL, hour(1), 7))
    gone = (change("delete", NEWER, hour(2)),)
    file = replace(contents(held(1, MARKETING)), document_changes=history + gone)
    found = merged(file, contents(held(1, MARKETING), held(2, PERSONAL)))
    assert (named(found.dropped), found.ahead) == ([("license", 1)], [])


@pytest.mark.parametrize(("deleted", "comes"), [(hour(1), False), (hour(-1), True)])
def test_a_license_deleted_later_than_it_was_uploaded_stays_deleted(
    deleted: "object", comes: bool
) -> None:
    gone = replace(change("delete", PERSONAL), at=deleted)  # type: ignore[arg-type]
    store = replace(contents(held(1, MARKETING)), document_changes=(gone,))
    found = merged(contents(held(1, MARKETING), held(2, PERSONAL)), store)
    assert bool(found.added) is comes
    assert bool(found.ahead) is not comes


def test_revocations_add_up() -> None:
    found = merged(contents(held(1, REVOCATION)), contents(held(1, OTHER)))
    assert named(found.added) == [("revocation", 1)]
    assert found.dropped == []
    assert "the revocation of" in found.ahead[0]


def test_a_revocation_that_says_more_takes_the_place_of_the_others() -> None:
    found = merged(contents(held(1, BOTH)), contents(held(1, REVOCATION)))
    assert named(found.added) == [("revocation", 3)]
    assert named(found.dropped) == [("revocation", 1)]
    assert found.ahead == []


def test_a_revocation_that_says_less_is_no_news() -> None:
    found = merged(contents(held(1, REVOCATION)), contents(held(1, BOTH)))
    assert found.changes == 0
    assert len(found.ahead) == 1
    both = contents(held(1, REVOCATION), held(2, OTHER))
    assert merged(contents(held(1, BOTH)), both).changes == 0


def test_no_history_takes_a_revocation_away() -> None:
    file = replace(EMPTY, document_changes=(change("delete", REVOCATION, hour(9)),))
    found = merged(file, contents(held(1, REVOCATION)))
    assert found.dropped == []


def test_what_was_revoked_collides_with_nothing() -> None:
    found = merged(
        contents(held(1, MARKETING), held(2, SERVER), held(3, PERSONAL), held(4, REVOCATION)), EMPTY
    )
    assert len(found.added) == 4


def test_what_collides_is_refused() -> None:
    with pytest.raises(Conflict, match="collides"):
        merged(
            contents(held(1, MARKETING), held(2, SERVER)),
            contents(held(1, MARKETING), held(2, PERSONAL)),
        )


def test_a_document_from_after_the_present_time_is_refused() -> None:
    late = replace(MARKETING, issued=hour(48) + timedelta(days=2))
    with pytest.raises(NotForUs, match="after the present time"):
        merged(contents(held(1, late)), EMPTY)


# The time


def test_the_higher_of_both_marks_stays() -> None:
    later = replace(EMPTY, origin=replace(ORIGIN, clock=hour(1)))
    assert merged(later, contents()).clock == hour(1)
    assert merged(contents(), later).clock is None
    assert merged(EMPTY, contents()).clock is None


def test_a_mark_from_after_the_present_time_is_refused() -> None:
    """It would end every license for good, and stands in no signed document."""
    ahead = replace(EMPTY, origin=replace(ORIGIN, clock=hour(48) + timedelta(days=2)))
    with pytest.raises(NotForUs, match="has seen 2026-05-05, which is after the present"):
        merged(ahead, contents())


# Seats


@pytest.mark.parametrize(
    ("file", "store", "granted", "recalled", "ahead"),
    [
        # has it there, not here
        (contents(seats=(seat("u"),)), contents(), ["u"], [], 0),
        (contents(seats=(seat("u"),)), contents(recalls=(recall("u", hour(1)),)), [], [], 1),
        (contents(seats=LATE), contents(recalls=U_GONE), ["u"], [], 0),
        # has it here, not there
        (contents(), contents(seats=(seat("u"),)), [], [], 1),
        (contents(recalls=(recall("u", hour(1)),)), contents(seats=(seat("u"),)), [], ["u"], 0),
        (contents(recalls=U_GONE), contents(seats=LATE), [], [], 1),
        (contents(recalls=(recall("v", hour(1)),)), contents(seats=(seat("u"),)), [], [], 1),
    ],
)  # fmt: skip
def test_whichever_was_done_later_to_a_seat_counts(
    file: Contents, store: Contents, granted: list[str], recalled: list[str], ahead: int
) -> None:
    found = merged(file, store)
    assert [one.user for one in found.granted] == granted
    assert [one.user for one in found.recalled] == recalled
    assert len(found.ahead) == ahead


def test_a_seat_granted_anew_counts_from_then() -> None:
    found = merged(contents(seats=(seat("u", hour(3)),)), contents(seats=(seat("u"),)))
    assert [one.granted_at for one in found.moved] == [hour(3)]
    assert merged(contents(seats=(seat("u"),)), contents(seats=(seat("u", hour(3)),))).changes == 0


def test_only_what_the_store_has_not_is_remembered_anew() -> None:
    file = replace(FULL, seat_changes=(*FULL.seat_changes, recall("carol", hour(3))))
    found = merged(file, FULL)
    assert found.seat_changes == [recall("carol", hour(3))]
    assert found.document_changes == []
