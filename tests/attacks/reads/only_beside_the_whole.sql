-- Names an open parent with ONLY where it is read with its licensed child as well.
-- wants: read
-- setup:
CREATE VIEW whole AS SELECT body FROM history;
CREATE FUNCTION both_ways() RETURNS SETOF text LANGUAGE sql AS 'SELECT body FROM ONLY history; SELECT body FROM history';
CREATE FUNCTION both_ways_too() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN
  PERFORM count(*) FROM ONLY history;
  RETURN QUERY SELECT body FROM public.history;
END $$;
GRANT SELECT ON whole TO PUBLIC;
-- attack:
SELECT b.body FROM ONLY history a JOIN history b ON true;
SELECT b.body FROM ONLY history a JOIN public.history b ON true;
SELECT body FROM ONLY (history) UNION ALL TABLE history;
SELECT (SELECT string_agg(body, ' ') FROM history) FROM ONLY public.history;
SELECT body FROM ONLY whole;
SELECT both_ways();
SELECT both_ways_too();
WITH history AS (TABLE history) SELECT body FROM ONLY history;
UPDATE ONLY history a SET body = b.body FROM history b WHERE b.body LIKE 'top%' RETURNING a.body;
DELETE FROM ONLY history a USING history b RETURNING b.body;
DO $$ DECLARE found text; BEGIN
  PERFORM count(*) FROM ONLY history;
  SELECT max(body) INTO found FROM history;
  RAISE NOTICE '%', found;
END $$;
-- extended
SELECT b.body FROM ONLY history a JOIN history b ON true;
