"""Asks for a replication connection by a word that means true, and for a copy of all files."""

from attacks.frames import hear, query
from attacks.talking import Server

WANTS = "read"
SETUP = "ALTER ROLE mallory REPLICATION"
SHOWS = "PG_VERSION"


def attack(server: Server) -> bytes:
    with server.login(replication="YE") as client:
        client.send(query(b"BASE_BACKUP (CHECKPOINT 'fast', WAIT false)"))
        return hear(client)
