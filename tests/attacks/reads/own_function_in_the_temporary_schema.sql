-- Calls a function in the temporary schema.
-- wants: read
-- attack:
CREATE FUNCTION pg_temp.loot() RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
SELECT pg_temp.loot();
