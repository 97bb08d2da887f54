-- Gives an open column a default that writes, and asks for the default.
-- wants: write
-- setup:
CREATE FUNCTION strike() RETURNS text LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.vlt_note; RETURN 'x'; END $$;
-- attack:
ALTER TABLE mallory_own ALTER COLUMN v SET DEFAULT strike();
UPDATE mallory_own SET v = DEFAULT WHERE id = 1;
