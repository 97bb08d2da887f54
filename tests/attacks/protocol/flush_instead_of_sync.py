"""Asks for the rows with a Flush and never sends a Sync."""

from attacks.frames import FLUSH, hear, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(whole(b"SELECT secret FROM vlt_account"), FLUSH)
        return hear(client, last=b"C")
