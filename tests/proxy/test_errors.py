"""What a client is told when it is not logged in."""

from pgtoll.errors import PgtollError, RefusedLogin


def test_a_refused_login_has_its_sqlstate_and_maybe_more() -> None:
    refused = RefusedLogin("08P01", "malformed SCRAM message", "The message is empty.")
    assert isinstance(refused, PgtollError)
    assert str(refused) == "malformed SCRAM message"
    assert (refused.sqlstate, refused.detail) == ("08P01", "The message is empty.")
    assert RefusedLogin("28P01", "no").detail == ""
