"""Fills a table in the block that COMMIT AND CHAIN begins, all in one round."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        begin = whole(b"BEGIN") + whole(b"COMMIT AND CHAIN")
        return ask(
            client,
            begin,
            whole(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"),
            whole(b"COMMIT"),
            SYNC,
        )
