"""Hides the statement behind two megabytes of blanks."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(client, query(b" " * (2 << 20) + b"SELECT secret FROM vlt_account"))
