"""Inserts the members of an array that comes as a parameter."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    members = "{" + ",".join(str(n) for n in range(4001, 4011)) + "}"
    with server.login() as client:
        return ask(
            client,
            parse(b"INSERT INTO dmo_nearly SELECT unnest($1::int[])"),
            bind(values=[members.encode()]),
            execute(),
            SYNC,
        )
