"""Roles with and without passwords, on servers that ask for one and that do not."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from servers import Postgres


@dataclass(frozen=True)
class Person:
    """A role of the server, and its password."""

    name: str
    password: str


@contextmanager
def person(
    server: Postgres, *, groups: str = "pgtoll_manager, scram", password: str | None = None
) -> Iterator[Person]:
    """Make a role with a password, "" for none, for as long as the context lasts.

    Members of group `scram` are asked for it; nobody else is.
    """
    chosen = secrets.token_hex(8) if password is None else password
    made = Person(f"dana_{secrets.token_hex(4)}", chosen)
    member = f"IN ROLE {groups}" if groups else ""
    server.execute(f"CREATE ROLE {made.name} LOGIN {member}")
    if chosen:
        server.execute(f"ALTER ROLE {made.name} PASSWORD '{chosen}'")
    try:
        yield made
    finally:
        server.execute(f"DROP ROLE IF EXISTS {made.name}")
