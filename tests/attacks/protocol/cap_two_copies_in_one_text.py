"""Copies twice in one text."""

from attacks.talking import Server

from pgtoll.wire.messages import message, query

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(query(b"COPY dmo_nearly FROM STDIN; COPY dmo_nearly FROM STDIN"))
        client.send(message(b"d", b"1001\tx\n1002\tx\n1003\tx\n"), message(b"c", b""))
        client.send(message(b"d", b"1004\tx\n1005\tx\n1006\tx\n"), message(b"c", b""))
        return b"".join(data for _, data in client.replies())
