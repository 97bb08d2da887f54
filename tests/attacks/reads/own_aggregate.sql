-- Makes an aggregate of a function that reads.
-- wants: read
-- attack:
CREATE FUNCTION gather(text, int) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = $2); END$$;
CREATE AGGREGATE gathered(int) (SFUNC = gather, STYPE = text);
SELECT gathered(id) OVER () FROM mallory_own;
