"""Calls a procedure that commits each row, by the extended protocol."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, whole(b"CALL fill_committing(10)"), SYNC)
