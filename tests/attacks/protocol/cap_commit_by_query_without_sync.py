"""Inserts by the extended protocol, and commits by a query before any Sync."""

from attacks.talking import Server

from pgtoll.wire.messages import message, query

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(
            _run(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1006) n"),
            message(b"H", b""),
            query(b"COMMIT"),
            message(b"X", b""),
        )
        return b"".join(data for _, data in client.replies())


def _run(sql: bytes) -> bytes:
    """Parse, Bind and Execute of the unnamed statement."""
    parse, bind = b"\0" + sql + b"\0\0\0", b"\0\0" + b"\0\0" * 3
    return message(b"P", parse) + message(b"B", bind) + message(b"E", b"\0\0\0\0\0")
