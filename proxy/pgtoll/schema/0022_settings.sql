-- Whether a transaction that was undone has left names of parameters in its session.

-- How much memory this session's settings take and, if asked for, how many parameters there are that
-- PostgreSQL or a library has defined, which takes longer. What sets a parameter that nobody has
-- defined makes its name known, and no rollback takes that back; but values are put back as they
-- were. A library that is loaded may throw such names out, but defines others. NULL where it cannot be
-- told: before PostgreSQL 16 settings are in no memory that is shown, only a superuser may look, and
-- languages other than these keep variables of their own, which no rollback undoes either.
--
-- It must take the same memory itself wherever it is called from: so it has no settings of its own,
-- and every name in it has its schema.
CREATE FUNCTION pgtoll.settings_held(counted boolean) RETURNS text
LANGUAGE plpgsql VOLATILE SECURITY DEFINER AS $$
DECLARE
  context pg_catalog.text;
  memory pg_catalog.text;
BEGIN
  GET DIAGNOSTICS context = PG_CONTEXT;
  IF pg_catalog.strpos(context, pg_catalog.chr(10)) OPERATOR(pg_catalog.>) 0
    OR pg_catalog.current_setting('server_version_num')::pg_catalog.int4
      OPERATOR(pg_catalog.<) 160000
    OR NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) current_user)
    OR EXISTS (SELECT FROM pg_catalog.pg_language l
      WHERE l.lanname OPERATOR(pg_catalog.<>) ALL ('{internal,c,sql,plpgsql}'::pg_catalog.name[]))
  THEN
    RETURN NULL;
  END IF;
  memory := (SELECT pg_catalog.sum(m.used_bytes) FROM pg_catalog.pg_get_backend_memory_contexts() m
    WHERE m.name OPERATOR(pg_catalog.=) ANY ('{GUCMemoryContext,GUC hash table}'::pg_catalog.text[]));
  IF counted THEN
    RETURN pg_catalog.concat(memory, '_',
      (SELECT pg_catalog.count(*) FROM pg_catalog.pg_show_all_settings()));
  END IF;
  RETURN memory;
END
$$;
