-- Refreshes a materialized view that inserts.
-- wants: fill
-- attack:
CREATE FUNCTION put() RETURNS int LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO public.dmo_log SELECT n FROM generate_series(1001, 1006) n; RETURN 1; END $$;
CREATE MATERIALIZED VIEW odd AS SELECT put() AS n;
