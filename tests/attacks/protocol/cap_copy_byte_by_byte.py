"""Copies text in, each byte in a message of its own."""

from attacks.talking import Server

from pgtoll.wire.messages import message, query

WANTS = "fill"


def attack(server: Server) -> bytes:
    rows = b"".join(b"%d\tx\n" % n for n in range(1001, 1007))
    with server.login() as client:
        client.send(query(b"COPY dmo_nearly FROM STDIN"))
        got = client.replies(b"G")
        client.send(
            *(message(b"d", rows[at : at + 1]) for at in range(len(rows))), message(b"c", b"")
        )
        return b"".join(data for _, data in got + client.replies())
