"""Hands the statement that is to be read over as a parameter."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        prepared = parse(b"SELECT * FROM read_any($1)", types=[25])
        return ask(
            client, prepared, bind(values=[b"SELECT secret FROM vlt_account"]), execute(), SYNC
        )
