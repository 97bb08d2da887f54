-- Drops, replaces and takes over what the check is made of.
-- wants: fill
-- attack:
DROP SCHEMA pgtoll CASCADE;
DROP FUNCTION pgtoll.witness(int, int[], int[], boolean);
CREATE OR REPLACE FUNCTION pgtoll.witness(cap int, demo int[], lacked int[], final boolean)
  RETURNS boolean LANGUAGE sql AS 'SELECT false';
CREATE FUNCTION pgtoll.witness(cap bigint, demo int[], lacked int[], final boolean)
  RETURNS boolean LANGUAGE sql AS 'SELECT false';
ALTER FUNCTION pgtoll.witness(int, int[], int[], boolean) OWNER TO mallory;
ALTER FUNCTION pgtoll.witness(int, int[], int[], boolean) RESET ALL;
REVOKE EXECUTE ON FUNCTION pgtoll.witness(int, int[], int[], boolean) FROM PUBLIC;
REVOKE USAGE ON SCHEMA pgtoll FROM PUBLIC;
ALTER SCHEMA pgtoll RENAME TO gone;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
