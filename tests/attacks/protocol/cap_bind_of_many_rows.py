"""Inserts as many rows as a parameter in binary says."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "fill"
INT4 = 23


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client,
            parse(
                b"INSERT INTO dmo_nearly SELECT n + 3000 FROM generate_series(1, $1) n", b"", [INT4]
            ),
            bind(values=[(10).to_bytes(4, "big")], binary=True),
            execute(),
            SYNC,
        )
