"""Begins, fills and commits in one round."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client,
            whole(b"BEGIN"),
            whole(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"),
            whole(b"COMMIT"),
            SYNC,
        )
