"""Has SQL's EXECUTE run a COMMIT that was prepared by a Parse."""

from attacks.frames import SYNC, ask, parse, query
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"COMMIT", b"c"), SYNC)
        return ask(
            client,
            query(b"BEGIN"),
            query(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"),
            query(b"EXECUTE c"),
            rounds=3,
        )
