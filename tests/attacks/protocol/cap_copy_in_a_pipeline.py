"""Copies in the midst of a pipeline, and inserts more behind it."""

from attacks.talking import SYNC, Server

from pgtoll.wire.messages import message

WANTS = "fill"


def attack(server: Server) -> bytes:
    rows = b"1001\tx\n1002\tx\n1003\tx\n"
    more = b"INSERT INTO dmo_nearly SELECT n FROM generate_series(1004, 1006) n"
    with server.login() as client:
        client.send(_run(b"COPY dmo_nearly FROM STDIN"), message(b"d", rows), message(b"c", b""))
        client.send(_run(more), SYNC)
        return b"".join(data for _, data in client.replies())


def _run(sql: bytes) -> bytes:
    """Parse, Bind and Execute of the unnamed statement."""
    parse, bind = b"\0" + sql + b"\0\0\0", b"\0\0" + b"\0\0" * 3
    return message(b"P", parse) + message(b"B", bind) + message(b"E", b"\0\0\0\0\0")
