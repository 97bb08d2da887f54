"""Who is turned away when there is no room, and what they are told."""

import pytest

from pgtoll.admission import Admission
from pgtoll.config import Limits
from pgtoll.counting import Board, Register
from pgtoll.errors import TooManyClients


def admission() -> Admission:
    return Admission(Register(Board(1), 0))


@pytest.mark.parametrize(
    ("limits", "user", "address", "told"),
    [
        (Limits(connections=2), "carol", "10.0.0.9", "sorry, too many clients already"),
        (Limits(user_connections=1), "bob", "10.0.0.9", 'too many connections for role "bob"'),
        (
            Limits(address_connections=1),
            "carol",
            "10.0.0.7",
            'too many connections from address "10.0.0.7"',
        ),
    ],
)
def test_who_is_one_too_many_is_told_so(limits: Limits, user: str, address: str, told: str) -> None:
    house = admission()
    first = house.admit(limits, "alice", "10.0.0.7")
    house.admit(limits, "bob", "10.0.0.8")
    with pytest.raises(TooManyClients, match=f"^{told}$"):
        house.admit(limits, user, address)
    house.leave(first)
    if user != "bob":
        house.admit(limits, user, address)


def test_without_limits_everybody_is_let_in() -> None:
    house = admission()
    for _ in range(1000):
        house.admit(Limits(), "bob", "10.0.0.7")


def test_a_limit_that_comes_into_force_counts_those_who_are_there() -> None:
    house = admission()
    for _ in range(3):
        house.admit(Limits(), "bob", "10.0.0.7")
    with pytest.raises(TooManyClients):
        house.admit(Limits(connections=3), "bob", "10.0.0.7")


def test_unix_sockets_have_no_address_to_be_counted_by() -> None:
    house = admission()
    for _ in range(3):
        house.admit(Limits(address_connections=1), "bob", "")
