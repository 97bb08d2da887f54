"""Has EXECUTE run a COMMIT in the round that fills a table."""

from attacks.frames import SYNC, ask, parse, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        commit = parse(b"COMMIT", b"c") + whole(b"BEGIN")
        return ask(
            client,
            commit,
            whole(b"INSERT INTO dmo_nearly SELECT n FROM generate_series(2001, 2010) n"),
            whole(b"EXECUTE c"),
            SYNC,
        )
