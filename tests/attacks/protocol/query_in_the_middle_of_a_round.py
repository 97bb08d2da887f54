"""Sends a Query where a Sync is due."""

from attacks.frames import ask, query, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client, whole(b"SELECT id FROM customer"), query(b"SELECT secret FROM vlt_account")
        )
