"""Commits in the middle of a text, and reads behind it."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client, query(b"SELECT 1; COMMIT; BEGIN; " + b"SELECT account_unseen(1)" + b"; COMMIT")
        )
