"""What was sent is found under its name, and under no other type's."""

from typing import cast

from license_samples import NOW
from starlette.requests import Request

from pgtoll.console.api.calls import CALLS
from pgtoll.console.api.declaration import Ask, Place, Value
from pgtoll.console.doorman import Doorman
from pgtoll.office.desk import Desk
from pgtoll_policy.request import Want


def ask(**values: Value) -> Ask:
    nothing = object()
    return Ask(cast(Desk, nothing), cast(Doorman, nothing), "", cast(Request, nothing), NOW, values)


def test_values_are_found_by_their_names() -> None:
    wants = (Want("base", 1),)
    given = ask(text="a", number=3, names=("x", "y"), wants=wants)
    assert (given.text("text"), given.number("number")) == ("a", 3)
    assert (given.names("names"), given.wants("wants")) == (("x", "y"), wants)
    assert given.number_or_none("number") == 3


def test_what_was_not_sent_is_nothing() -> None:
    given = ask(number=None, names=None, text=None, wants=None)
    assert (given.text("text"), given.number_or_none("number")) == ("", None)
    assert (given.names("names"), given.wants("wants")) == ((), ())


def test_a_call_knows_its_body() -> None:
    (change,) = (call for call in CALLS if call.name == "changeSeats")
    assert [one.name for one in change.body] == ["grant", "recall", "version"]
    assert all(one.place is Place.BODY for one in change.body)
