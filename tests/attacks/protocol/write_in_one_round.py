"""Writes by a function in the middle of a round."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "write"


def attack(server: Server) -> bytes:
    with server.login() as client:
        update = b"SELECT run_any('UPDATE vlt_account SET amount = 4711')"
        return ask(client, whole(b"SELECT 1"), whole(update), whole(b"SELECT 2"), SYNC)
