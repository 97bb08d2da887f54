"""Fetches the rows of an insert one at a time."""

from attacks.talking import SYNC, Server

from pgtoll.wire.messages import message

WANTS = "fill"


def attack(server: Server) -> bytes:
    sql = b"INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n RETURNING id"
    one = message(b"E", b"p\0\0\0\0\1")
    with server.login() as client:
        client.send(message(b"P", b"s\0" + sql + b"\0\0\0"), message(b"B", b"p\0s\0" + b"\0\0" * 3))
        client.send(one, one, one, SYNC)
        return b"".join(data for _, data in client.replies())
