"""Copies a table out by the extended protocol."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, whole(b"COPY vlt_account TO STDOUT"), SYNC)
