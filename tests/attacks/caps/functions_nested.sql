-- Fills through two functions and an operator.
-- wants: fill
-- attack:
CREATE FUNCTION pour(int, int) RETURNS bigint LANGUAGE sql AS $f$
  WITH rows AS (INSERT INTO dmo_full SELECT n, 'x' FROM generate_series($1, $2) n RETURNING 1)
  SELECT count(*) FROM rows
$f$;
CREATE OPERATOR <+> (LEFTARG = int, RIGHTARG = int, FUNCTION = pour);
CREATE FUNCTION harmless() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN 2001 <+> 2010; END';
SELECT harmless();
