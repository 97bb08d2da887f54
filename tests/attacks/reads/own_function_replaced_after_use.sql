-- Replaces a harmless function by one that reads.
-- wants: read
-- attack:
CREATE FUNCTION loot() RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN 'x'; END$$;
SELECT loot();
CREATE OR REPLACE FUNCTION loot() RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
SELECT loot();
