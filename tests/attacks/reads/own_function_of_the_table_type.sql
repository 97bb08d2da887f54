-- Returns rows of a licensed table by its type.
-- wants: read
-- attack:
CREATE FUNCTION loot() RETURNS SETOF vlt_account LANGUAGE plpgsql AS $$BEGIN
  RETURN QUERY EXECUTE 'SELECT * FROM vlt_account'; END$$;
SELECT secret FROM loot();
