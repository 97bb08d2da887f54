"""Gives a query as the parameter of a function that runs it, in binary."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"
TEXT = 25


def attack(server: Server) -> bytes:
    with server.login() as client:
        text = b"SELECT secret FROM vlt_account"
        return ask(
            client,
            parse(b"SELECT * FROM read_any($1)", types=[TEXT]),
            bind(values=[text], binary=True),
            execute(),
            SYNC,
        )
