-- Has a rule send a notification whose payload an expression makes.
-- wants: read
-- setup:
CREATE FUNCTION say() RETURNS text LANGUAGE plpgsql AS $$
  BEGIN PERFORM pg_notify('loot', (SELECT max(secret) FROM public.vlt_account)); RETURN 'x'; END $$;
-- attack:
LISTEN loot;
UPDATE mallory_own SET v = say() WHERE id = 1;
SELECT 1;
