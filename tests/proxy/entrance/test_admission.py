"""Who is turned away when there is no room, and what they are told."""

import pytest

from pgtoll.config import Limits
from pgtoll.entrance.admission import Admission
from pgtoll.entrance.counting import Board, Register
from pgtoll.errors import TooManyClients


def admission() -> Admission:
    return Admission(Register(Board(1), 0))


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(connections=2), "sorry, too many clients already"),
        (Limits(address_connections=2), 'too many connections from address "10.0.0.7"'),
    ],
)
def test_who_is_one_too_many_is_told_so(limits: Limits, told: str) -> None:
    house = admission()
    first, _ = (house.admit(limits, "10.0.0.7") for _ in range(2))
    for _ in range(3):  # whoever is turned away leaves nothing behind
        with pytest.raises(TooManyClients, match=f"^{told}$"):
            house.admit(limits, "10.0.0.7")
    house.leave(first)
    house.admit(limits, "10.0.0.7")


def test_another_address_is_let_in_as_long_as_there_is_room() -> None:
    house, limits = admission(), Limits(connections=2, address_connections=1)
    house.admit(limits, "10.0.0.7")
    house.admit(limits, "10.0.0.8")
    with pytest.raises(TooManyClients, match="too many clients"):
        house.admit(limits, "10.0.0.9")


def test_a_role_is_counted_when_it_has_proven_itself() -> None:
    house, limits = admission(), Limits(user_connections=1)
    strangers = [house.admit(limits, "10.0.0.7") for _ in range(3)]
    house.identify(limits, strangers[0], "alice")
    house.identify(limits, strangers[1], "bob")
    with pytest.raises(TooManyClients, match='too many connections for role "bob"'):
        house.identify(limits, strangers[2], "bob")
    house.leave(strangers[2])
    house.leave(strangers[1])
    house.identify(limits, house.admit(limits, "10.0.0.7"), "bob")


def test_without_limits_everybody_is_let_in() -> None:
    house = admission()
    for _ in range(1000):
        house.identify(Limits(), house.admit(Limits(), "10.0.0.7"), "bob")


def test_a_limit_that_comes_into_force_counts_those_who_are_there() -> None:
    house = admission()
    for _ in range(3):
        house.admit(Limits(), "10.0.0.7")
    with pytest.raises(TooManyClients):
        house.admit(Limits(connections=3), "10.0.0.7")


def test_unix_sockets_have_no_address_to_be_counted_by() -> None:
    house = admission()
    for _ in range(3):
        house.admit(Limits(address_connections=1), "")
