-- Gives the function behind the account of locks another meaning.
-- wants: fill
-- attack:
CREATE FUNCTION public.pg_lock_status(OUT locktype text, OUT database oid, OUT relation oid, OUT pid int,
  OUT mode text) RETURNS SETOF record LANGUAGE sql AS 'SELECT '''', 0::oid, 0::oid, 0, '''' WHERE false';
SET search_path = public, pg_catalog;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
