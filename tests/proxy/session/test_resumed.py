"""What SQL's EXECUTE and FETCH may run of what was prepared or opened before."""

import pytest

from pgtoll.session.effects import Ruling
from pgtoll.session.resumed import MOST_NAMES, Resumed
from pgtoll_policy.facts import Statement
from pgtoll_policy.verdict import Kind, Verdict

WATCHED = Verdict(Kind.WATCH, watch=True)
FETCH = Ruling(Statement("fetch", 0, 0, opaque="a cursor"), WATCHED, opaque=True, invents=False)
WILD = Ruling(Statement("do", 0, 0, opaque="a DO block"), Verdict(Kind.ALLOW), opaque=True)


def prepare(name: str, *, invents: bool = False) -> Ruling:
    return Ruling(Statement("prepare", 0, 0, prepares=name), WATCHED, invents=invents)


def execute(name: str, *, invents: bool = False) -> Ruling:
    statement = Statement("execute", 0, 0, opaque="a prepared statement", executes=name)
    return Ruling(statement, WATCHED, opaque=True, invents=invents)


def test_what_was_judged_by_the_same_mark_is_known() -> None:
    resumed = Resumed()
    resumed.note(prepare("p"), 7)
    assert not resumed.invents(execute("p"), 7)
    assert resumed.invents(execute("p", invents=True), 7)
    assert resumed.invents(execute("p"), 8)
    assert resumed.invents(execute("q"), 7)


def test_names_tell_what_was_read_when_unread_code_may_have_given_or_dropped_them() -> None:
    resumed = Resumed()
    resumed.note(FETCH, 7)
    resumed.note(execute("p"), 7)
    assert resumed.telling
    resumed = Resumed()
    allowed = prepare("p")._replace(verdict=Verdict(Kind.ALLOW))
    resumed.note(allowed, 7)
    resumed.note(execute("p"), 7)
    assert not resumed.telling
    resumed.note(prepare("q"), 7)  # what its constants run may keep it from being prepared
    assert resumed.telling


def test_without_a_mark_nothing_is_known() -> None:
    resumed = Resumed()
    resumed.note(prepare("p"), None)
    assert resumed.invents(execute("p"), None)


def test_names_are_those_that_the_server_keeps() -> None:
    resumed = Resumed()
    resumed.note(prepare("p" * 63), 7)
    assert not resumed.invents(execute("p" * 70), 7)


def test_a_name_that_was_taken_stands_for_what_it_did() -> None:
    resumed = Resumed()
    resumed.note(prepare("p"), 7)
    resumed.note(prepare("p"), 8)
    assert resumed.invents(execute("p"), 8)


@pytest.mark.parametrize("ruling", [WILD, prepare("q", invents=True), execute("q")])
def test_what_is_not_read_may_have_given_any_name(ruling: Ruling) -> None:
    resumed = Resumed()
    resumed.note(prepare("p"), 7)
    resumed.note(ruling, 7)
    resumed.over()
    assert resumed.invents(execute("p"), 7)


def test_too_many_names_are_not_followed() -> None:
    resumed = Resumed()
    for number in range(MOST_NAMES + 1):
        resumed.note(prepare(f"p{number}"), 7)
    assert resumed.invents(execute("p1"), 7)


def test_cursors_run_what_was_noted_in_their_transaction() -> None:
    resumed = Resumed()
    assert not resumed.invents(FETCH, 7)
    resumed.note(WILD, 7)
    assert resumed.invents(FETCH, 7)
    resumed.over()
    assert not resumed.invents(FETCH, 7)
