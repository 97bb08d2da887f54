"""Copies out what a function reads."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client, whole(b"COPY (SELECT account_unseen(1)) TO STDOUT (FORMAT binary)"), SYNC
        )
