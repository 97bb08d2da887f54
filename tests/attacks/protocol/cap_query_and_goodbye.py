"""Sends the insert and its goodbye at once, so that nobody is there to be refused."""

from attacks.talking import Server

from pgtoll.wire.messages import message, query

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(
            query(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n"),
            message(b"X", b""),
        )
        return b"".join(data for _, data in client.replies())
