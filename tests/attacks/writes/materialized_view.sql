-- Writes by refreshing a materialized view of an own function.
-- wants: write
-- attack:
CREATE FUNCTION w() RETURNS int LANGUAGE plpgsql AS $$BEGIN DELETE FROM public.vlt_note; RETURN 1; END$$;
CREATE MATERIALIZED VIEW m AS SELECT w() WITH NO DATA;
REFRESH MATERIALIZED VIEW m;
