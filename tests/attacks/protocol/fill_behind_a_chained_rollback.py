"""Fills a table behind ROLLBACK AND CHAIN, in one text."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client,
            query(
                b"BEGIN; ROLLBACK AND CHAIN; "
                + b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"
                + b"; COMMIT"
            ),
        )
