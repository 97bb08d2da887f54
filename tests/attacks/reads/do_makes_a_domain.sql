-- Makes a domain in the block whose check runs a text, and a value of it.
-- wants: read
-- attack:
CREATE FUNCTION tells(v text) RETURNS boolean LANGUAGE plpgsql AS $f$
DECLARE found text;
BEGIN
  EXECUTE 'SELECT secret FROM vlt_' || 'account LIMIT 1' INTO found;
  RAISE NOTICE '%', found;
  RETURN true;
END $f$;
DO $$ DECLARE v text; BEGIN
  CREATE DOMAIN told AS text CHECK (tells(VALUE));
  SELECT 'x'::told INTO v;
END $$;
