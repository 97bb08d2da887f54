"""Who a session is, in the words of the log."""

from pgtoll.caller import SHOWN, Caller, address_of
from pgtoll.wire.startup import Startup


def caller(address: str = "", **parameters: str) -> Caller:
    return Caller.of(Startup(b"", {"user": "app", **parameters}), address)


def test_a_caller_is_one_clause() -> None:
    assert str(caller()) == "app"
    assert str(caller("10.0.0.7:51", application_name="worker")) == "app of 10.0.0.7:51 (worker)"


def test_the_same_by_name() -> None:
    assert caller("h:1", database="shop").details() == {
        "role": "app", "database": "shop", "address": "h:1", "application_name": "",
    }  # fmt: skip


def test_what_an_application_calls_itself_is_bounded() -> None:
    assert len(caller(application_name="x" * 9000).application) == SHOWN


def test_addresses_are_written_as_people_do() -> None:
    assert address_of(("::1", 5, 0, 0)) == "[::1]:5"
    assert address_of(("127.0.0.1", 5)) == "127.0.0.1:5"
    assert address_of("") == address_of(None) == ""
