"""Parses an insert once, and binds and executes it six times."""

from attacks.talking import SYNC, Server

from pgtoll.wire.messages import message

WANTS = "fill"


def attack(server: Server) -> bytes:
    bind = [b"\0s\0\0\0\0\1\0\0\0\4" + b"%d" % n + b"\0\0" for n in range(1001, 1007)]
    execute = message(b"E", b"\0\0\0\0\0")
    with server.login() as client:
        client.send(message(b"P", b"s\0INSERT INTO dmo_nearly VALUES ($1)\0\0\0"), SYNC)
        got = client.replies()
        client.send(*(message(b"B", one) + execute for one in bind), SYNC)
        return b"".join(data for _, data in got + client.replies())
