"""Calls a procedure in the block that COMMIT AND CHAIN begins."""

from attacks.frames import SYNC, ask, query, whole
from attacks.talking import Server

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(
            client,
            query(
                b"CREATE PROCEDURE fill() LANGUAGE plpgsql AS"
                b" $$ BEGIN PERFORM fill_unseen('dmo_nearly', 10); END $$"
            ),
        )
        begin = whole(b"BEGIN") + whole(b"COMMIT AND CHAIN")
        return ask(client, begin, whole(b"CALL fill()"), whole(b"COMMIT"), SYNC)
