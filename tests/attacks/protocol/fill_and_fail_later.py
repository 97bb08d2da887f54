"""Fills a table in a round of its own, and fails in the next."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client,
            whole(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"),
            SYNC,
            whole(b"SELECT 1/0"),
            SYNC,
            rounds=2,
        )
