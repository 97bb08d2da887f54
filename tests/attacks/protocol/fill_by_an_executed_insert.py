"""Has SQL's EXECUTE run an INSERT that was prepared by a Parse."""

from attacks.frames import SYNC, ask, parse, query
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(
            client,
            parse(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n", b"i"),
            SYNC,
        )
        return ask(client, query(b"EXECUTE i"))
