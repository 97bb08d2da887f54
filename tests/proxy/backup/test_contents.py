"""What the histories of a store say happened last."""

from dataclasses import replace

from license_samples import MARKETING, PERSONAL, SERVER
from stored import change, held, hour, recall

from pgtoll.backup.contents import key_of, last_deletions, last_recalls, replaced_licenses

NEWER = replace(PERSONAL, id="4" * 32, serial=2)


def test_the_last_deletion_counts() -> None:
    changes = [
        change("delete", PERSONAL, hour(3)),
        change("delete", PERSONAL, hour(1)),
        change("upload", PERSONAL, hour(4)),
        change("delete", SERVER, hour(2)),
    ]
    found = last_deletions(changes)
    assert found == {key_of(held(1, PERSONAL)): hour(3), key_of(held(1, SERVER)): hour(2)}


def test_the_last_recall_of_each_seat_counts() -> None:
    changes = [recall("bob", hour(2)), recall("bob", hour(1)), recall("bob", hour(3), "other")]
    found = last_recalls(changes)
    assert found["marketing", "bob"].at == hour(2)
    assert found["other", "bob"].at == hour(3)


def test_a_license_was_replaced_by_what_came_in_the_same_change() -> None:
    together = [change("upload", NEWER, together=1), change("delete", PERSONAL, together=1)]
    assert replaced_licenses(together) == {("marketing", PERSONAL.id): 2}


def test_a_license_that_went_by_itself_was_not_replaced() -> None:
    apart = [change("upload", NEWER, together=1), change("delete", PERSONAL, together=2)]
    assert replaced_licenses(apart) == {}
    assert replaced_licenses([change("delete", PERSONAL), change("upload", NEWER)]) == {}
    older = [change("upload", PERSONAL, together=1), change("delete", NEWER, together=1)]
    assert replaced_licenses(older) == {}
    other = [change("upload", MARKETING, together=1), change("delete", PERSONAL, together=1)]
    assert replaced_licenses(other) == {}
