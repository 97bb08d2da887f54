-- Calls a function by the notation of a column.
-- wants: read
-- attack:
CREATE FUNCTION glance(mallory_own) RETURNS text LANGUAGE plpgsql AS $$BEGIN
  RETURN (SELECT secret FROM vlt_account WHERE id = 1); END$$;
SELECT m.glance FROM mallory_own m;
