"""Fills a table row by row, each in a savepoint that is released."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        row = b"SAVEPOINT s; INSERT INTO dmo_nearly VALUES (%d); RELEASE s"
        rows = [query(row % n) for n in range(2001, 2011)]
        return ask(client, query(b"BEGIN"), *rows, query(b"COMMIT"), rounds=12)
