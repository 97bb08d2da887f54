"""Commits in a text behind a mistake that ends another."""

from attacks.talking import Server

from pgtoll.wire.messages import message, query

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(query(b"BEGIN"), query(b"INSERT INTO dmo_nearly VALUES (1001), (1002), (1003)"))
        client.send(query(b"COMMIT; SELECT nothing"))
        client.send(
            query(b"INSERT INTO dmo_nearly VALUES (1004), (1005), (1006); COMMIT; SELECT nothing")
        )
        client.send(message(b"X", b""))
        return b"".join(data for _, data in client.replies(b"!"))
