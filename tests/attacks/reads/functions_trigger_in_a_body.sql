-- Reads in a trigger of a table that a function inserts into.
-- wants: read
-- attack:
CREATE TABLE trap (v text);
CREATE FUNCTION peek() RETURNS trigger LANGUAGE plpgsql  AS $f$
BEGIN NEW.v := (SELECT secret FROM vlt_account LIMIT 1); RETURN NEW; END
$f$;
CREATE TRIGGER peek BEFORE INSERT ON trap FOR EACH ROW EXECUTE FUNCTION peek();
CREATE FUNCTION fill() RETURNS text LANGUAGE sql AS 'INSERT INTO trap VALUES ('''') RETURNING v';
SELECT fill();
