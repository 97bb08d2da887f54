"""Fills a table over a session that says it replicates by a setting, not by its connection."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "fill"
SETUP = "GRANT SET ON PARAMETER session_replication_role TO mallory"


def attack(server: Server) -> bytes:
    with server.login(session_replication_role="replica") as client:
        rows = b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"
        return ask(client, query(rows))
