"""Renames a table of its own, and reads it under the new name at once."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        rename = query(b"ALTER TABLE vlt_mine RENAME TO plain_mine")
        heard = ask(client, rename, query(b"SELECT secret FROM plain_mine"), rounds=2)
        return heard + ask(client, query(b"ALTER TABLE plain_mine RENAME TO vlt_mine"))
