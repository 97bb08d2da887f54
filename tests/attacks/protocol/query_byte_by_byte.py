"""Sends a Query one byte at a time."""

from attacks.frames import hear, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        for byte in query(b"SELECT secret FROM vlt_account"):
            client.send(bytes([byte]))
        return hear(client)
