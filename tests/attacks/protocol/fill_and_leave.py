"""Fills a table and is gone before the answer."""

from attacks.frames import SYNC, TERMINATE, hear, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        client.send(
            whole(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"),
            SYNC,
            TERMINATE,
        )
        return hear(client)
