"""Sends the StartupMessage byte by byte, and a Query behind it."""

from attacks.frames import hear, query
from attacks.talking import Server
from raw_client import startup

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.raw() as client:
        for byte in startup(user=server.user, database=server.dbname) + query(
            b"SELECT secret FROM vlt_account"
        ):
            client.send(bytes([byte]))
        return hear(client, rounds=2)
