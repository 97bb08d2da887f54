-- Hides the reading one among functions that call each other.
-- wants: read
-- attack:
CREATE FUNCTION turn(n int) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE FUNCTION and_turn(n int) RETURNS text LANGUAGE plpgsql  AS $f$
BEGIN
  IF n > 3 THEN RETURN (SELECT secret FROM vlt_account LIMIT 1); END IF;
  RETURN turn(n + 1);
END
$f$;
CREATE OR REPLACE FUNCTION turn(n int) RETURNS text LANGUAGE plpgsql
  AS 'BEGIN RETURN and_turn(n + 1); END';
SELECT turn(0);
