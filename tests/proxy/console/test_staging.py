"""Marks of a form: who shall get a seat and who shall lose theirs, until they are applied."""

from datetime import UTC, datetime
from typing import cast

import pytest
from starlette.datastructures import FormData
from starlette.requests import Request

from pgtoll.config import Config
from pgtoll.console.staging import Staging, read_staging, settled
from pgtoll.console.visit import Visit
from pgtoll.office.desk import Desk
from pgtoll.office.models import Change

NOWHERE = Request({"type": "http", "headers": []})
NOBODY = cast(Desk, None)


def marks(*fields: tuple[str, str]) -> Staging:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    return read_staging(Visit(NOWHERE, NOBODY, Config(), "dana", now, FormData(list(fields))))


def test_what_was_marked_and_what_is_picked_now_add_up() -> None:
    staging = marks(("grant", "alice"), ("pick", "bob"), ("pick", "alice"), ("recall", "carol"))
    assert staging == Staging(grant=("alice", "bob"), recall=("carol",))
    assert staging.change == 1


def test_a_mark_is_taken_back() -> None:
    assert marks(("grant", "alice"), ("grant", "bob"), ("drop", "alice")).grant == ("bob",)


@pytest.mark.parametrize(
    ("marked", "after"), [((), ("carol",)), (("carol",), ()), (("dave",), ("dave", "carol"))]
)
def test_a_row_s_own_button_turns_its_mark_over(
    marked: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert marks(*(("recall", user) for user in marked), ("one", "carol")).recall == after


def test_names_come_back_as_they_are() -> None:
    assert marks(("pick", "a%0D%0Ab%20%3Cc%3E")).grant == ("a\r\nb <c>",)


def test_what_others_have_done_already_need_not_be_done() -> None:
    def did(act: str, user: str) -> Change:
        return Change(datetime(2026, 3, 4, tzinfo=UTC), "bea", act, "marketing", user)

    marked = Staging(grant=("a", "b", "c"), recall=("x", "y", "z"))
    changes = [did("grant", "a"), did("grant", "b"), did("revoke", "b"), did("revoke", "x"),
               did("revoke", "y"), did("grant", "y")]  # fmt: skip
    assert settled(marked, changes) == Staging(grant=("b", "c"), recall=("y", "z"))
    assert settled(marked, ()) == marked


def test_nothing_marked_is_nothing() -> None:
    assert not marks()
    assert marks(("pick", "alice"))
    assert marks(("recall", "alice"))
