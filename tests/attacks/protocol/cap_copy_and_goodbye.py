"""Sends COPY, its data and its goodbye at once."""

from attacks.talking import Server

from pgtoll.wire.messages import message, query

WANTS = "fill"


def attack(server: Server) -> bytes:
    rows = b"".join(b"%d\tx\n" % n for n in range(1001, 1007))
    with server.login() as client:
        client.send(query(b"COPY dmo_nearly FROM STDIN"), message(b"d", rows), message(b"c", b""))
        client.send(message(b"X", b""))
        return b"".join(data for _, data in client.replies())
