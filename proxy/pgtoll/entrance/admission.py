"""How many clients are let in: in all, of one user, from one address."""

from __future__ import annotations

from pgtoll.config import Limits
from pgtoll.entrance.counting import Counts, Register
from pgtoll.errors import TooManyClients


class Admission:
    """Lets clients in as long as there is room; limits may differ from one to the next."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def admit(self, limits: Limits, address: str) -> int:
        """Count a client in, and return the number by which it leaves. Raises TooManyClients.

        One that comes by a Unix socket has no address.
        """
        number = self._register.enter(address)
        if number is None:
            raise TooManyClients("sorry, too many clients already")
        if limits.connections or limits.address_connections:
            try:
                _check(limits, self._register.count("", address), address)
            except TooManyClients:
                self._register.leave(number)
                raise
        return number

    def identify(self, limits: Limits, number: int, user: str) -> None:
        """Count a client that has proven who it is. Raises TooManyClients, and it is still in.

        Before, anybody could keep others out in their name.
        """
        self._register.name(number, user)
        if 0 < limits.user_connections < self._register.count(user, "").of_user:
            raise TooManyClients(f'too many connections for role "{user}"')

    def leave(self, number: int) -> None:
        """Count a client out."""
        self._register.leave(number)


def _check(limits: Limits, counts: Counts, address: str) -> None:
    if 0 < limits.connections < counts.all:
        raise TooManyClients("sorry, too many clients already")
    if address and 0 < limits.address_connections < counts.of_address:
        raise TooManyClients(f'too many connections from address "{address}"')
