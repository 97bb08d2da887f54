-- A session keeps what rows look like that are of no table: the names of their columns, under a
-- number, and no rollback takes that back. Such a name may be made of what was read, and whoever
-- calls an input function with the number gets a row with these names. So nobody may call them by
-- name; the server itself makes values of texts without asking who may. Taking rights to functions of
-- PostgreSQL's own away takes a superuser: `pgtoll init` does so whenever it is run by one.
CREATE FUNCTION pgtoll.keep_row_types() RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF has_function_privilege('public', 'record_in(cstring, oid, int4)', 'EXECUTE')
    OR has_function_privilege('public', 'array_in(cstring, oid, int4)', 'EXECUTE')
  THEN
    REVOKE EXECUTE ON FUNCTION record_in(cstring, oid, int4), array_in(cstring, oid, int4)
      FROM PUBLIC;
  END IF;
END
$$;
REVOKE ALL ON FUNCTION pgtoll.keep_row_types() FROM PUBLIC;
