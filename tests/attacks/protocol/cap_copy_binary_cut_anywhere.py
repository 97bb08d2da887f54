"""Copies in PostgreSQL's binary format, cut in the middle of lengths and headers."""

from attacks.talking import Server

from pgtoll.wire.messages import message, query

ROW = b"\0\1" + b"\0\0\0\4"  # one column of four bytes
DATA = b"PGCOPY\n\xff\r\n\0" + b"\0" * 8
DATA += b"".join(ROW + n.to_bytes(4, "big") for n in range(1001, 1007)) + b"\xff\xff"

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(query(b"COPY dmo_nearly (id) FROM STDIN (FORMAT binary)"))
        got = client.replies(b"G")
        client.send(*(message(b"d", DATA[at : at + 7]) for at in range(0, len(DATA), 7)))
        client.send(message(b"c", b""))
        return b"".join(data for _, data in got + client.replies())
