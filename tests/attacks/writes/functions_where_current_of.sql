-- Changes the row of a cursor.
-- wants: write
-- attack:
CREATE FUNCTION spoil() RETURNS void LANGUAGE plpgsql  AS $f$
DECLARE c CURSOR FOR SELECT * FROM vlt_mine FOR UPDATE; r record;
BEGIN
  OPEN c;
  FETCH c INTO r;
  UPDATE vlt_mine SET secret = 'changed' WHERE CURRENT OF c;
END
$f$;
SELECT spoil();
