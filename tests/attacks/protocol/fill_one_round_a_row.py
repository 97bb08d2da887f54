"""Runs one prepared INSERT in many rounds that are sent at once."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        insert = parse(b"INSERT INTO dmo_nearly VALUES ($1)", b"s")
        rows = [bind(b"s", values=[b"%d" % n]) + execute() + SYNC for n in range(2001, 2011)]
        return ask(client, insert, *rows, rounds=10)
