"""Asks for the rows of a function with a Flush and never sends a Sync."""

from attacks.frames import FLUSH, hear, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(whole(b"SELECT account_unseen(1)"), FLUSH)
        return hear(client, last=b"C")
