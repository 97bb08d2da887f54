"""Lets the planner run a function at Bind, and executes nothing."""

from attacks.talking import SYNC, Server

from pgtoll.wire.messages import message, query

PUT = b"""CREATE FUNCTION put() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO dmo_log SELECT n FROM generate_series(1001, 1006) n; RETURN 1; END $$"""
FIXED = b"""CREATE FUNCTION fixed(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE
  AS 'BEGIN RETURN put() + n; END'"""

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.login() as client:
        got = []
        for sql in (PUT, FIXED):
            client.send(query(sql))
            got += client.replies()
        client.send(
            message(b"P", b"\0SELECT fixed(1)\0\0\0"), message(b"B", b"\0\0" + b"\0\0" * 3), SYNC
        )
        return b"".join(data for _, data in got + client.replies())
