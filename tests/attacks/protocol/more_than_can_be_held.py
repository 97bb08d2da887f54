"""Reads so much that it cannot be held back."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        much = b"SELECT repeat(account_unseen(1), 1000) FROM generate_series(1, 2000)"
        return ask(client, query(much))
