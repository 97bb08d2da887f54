"""Sends a whole round of the extended protocol one byte at a time."""

from attacks.frames import SYNC, hear, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        for byte in whole(b"SELECT account_unseen(1)") + SYNC:
            client.send(bytes([byte]))
        return hear(client)
