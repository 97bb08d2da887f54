"""Ends its own session once the value has been read."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        end = b"SELECT account_unseen(1); SELECT pg_terminate_backend(pg_backend_pid())"
        return ask(client, query(end))
