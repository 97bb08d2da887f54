"""Reads by SQL on a replication connection."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"
SETUP = "ALTER ROLE mallory REPLICATION"


def attack(server: Server) -> bytes:
    with server.login(replication="database") as client:
        return ask(client, query(b"SELECT secret FROM vlt_account"))
