-- What a session keeps with the results in it of functions that count as immutable: the checks of
-- domains, expressions of indexes, keys of partitions. No transaction undoes that.

-- The relations of which a session keeps expressions that call a user's function. A partition keeps
-- what its parent's key makes of its bounds.
CREATE FUNCTION pgtoll.kept_relations() RETURNS oid[]
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (
    WITH RECURSIVE coded AS (
      SELECT d.objid FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.refobjid >= 16384
        AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)
    ), kept (relation) AS (
      SELECT i.indexrelid FROM pg_index i JOIN coded c ON c.objid = i.indexrelid
      WHERE i.indexprs IS NOT NULL OR i.indpred IS NOT NULL
      UNION
      SELECT p.partrelid FROM pg_partitioned_table p JOIN coded c ON c.objid = p.partrelid
      WHERE p.partexprs IS NOT NULL
      UNION
      SELECT i.inhrelid FROM kept k JOIN pg_inherits i ON i.inhparent = k.relation
    )
    SELECT array_agg(k.relation) FROM kept k
  );
END
$$;

-- Has this session read all that anew when it next needs it: it does whenever a row of the catalog
-- has changed that says what a relation is, or any row that says what a domain checks, and does not
-- wait to see whether the change is undone. Fails where nothing can be written: the proxy then ends
-- the session. Writing to a catalog takes a superuser's rights.
CREATE FUNCTION pgtoll.forget() RETURNS void
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  context text;
  relations oid[] := pgtoll.kept_relations();
  checks oid[] := (SELECT array_agg(k.oid) FROM pg_constraint k WHERE k.contypid >= 16384
    AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_constraint'::regclass
      AND d.objid = k.oid AND d.refobjid >= 16384 AND d.refobjid <> k.contypid));
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  PERFORM pgtoll.refuse_callers(context);
  IF NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.rolname = current_user)
    OR relations IS NULL AND checks IS NULL THEN
    RETURN;
  END IF;
  BEGIN
    UPDATE pg_class c SET relname = c.relname WHERE c.oid = ANY (relations);
    UPDATE pg_constraint k SET conname = k.conname WHERE k.oid = checks[1];
    RAISE EXCEPTION USING ERRCODE = 'TOLL3', MESSAGE = 'undone';
  EXCEPTION WHEN SQLSTATE 'TOLL3' THEN
    RETURN;
  END;
END
$$;

REVOKE ALL ON FUNCTION pgtoll.kept_relations() FROM PUBLIC;
