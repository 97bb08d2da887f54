"""Hides one statement in a hundred Queries that are sent at once."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        many = [query(b"SELECT %d" % n) for n in range(100)]
        many[57] = query(b"SELECT secret FROM vlt_account")
        return ask(client, *many, rounds=100)
