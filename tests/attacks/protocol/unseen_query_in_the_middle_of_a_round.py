"""Sends a Query that hides what it reads where a Sync is due."""

from attacks.frames import SYNC, ask, query, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client,
            whole(b"SELECT id FROM customer"),
            query(b"SELECT account_unseen(1)"),
            SYNC,
            rounds=2,
        )
