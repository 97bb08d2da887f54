"""Fetches one row of a portal in each round of a transaction."""

from attacks.frames import SYNC, ask, bind, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"BEGIN"))
        ask(
            client,
            parse(b"SELECT read_any($1)"),
            bind(portal=b"p", values=[b"SELECT secret FROM vlt_account"]),
            SYNC,
        )
        return b"".join(ask(client, execute(b"p", rows=1), SYNC) for _ in range(3))
