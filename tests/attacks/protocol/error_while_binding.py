"""Has a value shown by the error of a parameter's own check."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        prepared = parse(b"SELECT $1::account_id")
        return ask(client, prepared, bind(values=[b"4711"]), execute(), SYNC)
