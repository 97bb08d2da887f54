"""Sends many inserts before reading the answer to the first."""

from attacks.talking import Server

from pgtoll.wire.messages import message, query

WANTS = "fill"


def attack(server: Server) -> bytes:
    texts = [b"INSERT INTO dmo_nearly VALUES (%d, 'x')" % n for n in range(1001, 1011)]
    with server.login() as client:
        client.send(*(query(text) for text in texts), message(b"X", b""))
        return b"".join(data for _, data in client.replies(b"!"))
