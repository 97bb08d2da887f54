"""Fetches from a portal again after a savepoint was rolled back."""

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
        ask(client, query(b"SAVEPOINT s"), query(b"ROLLBACK TO s"), rounds=2)
        return ask(client, execute(b"p", rows=1), execute(b"p"), SYNC)
