-- Gives a full table the name of an open one in another schema, in the block that fills it.
-- wants: fill
-- attack:
SET search_path = office, public;
DO $$ BEGIN
  ALTER TABLE public.dmo_mine SET SCHEMA office;
  ALTER TABLE office.dmo_mine RENAME TO mallory_own;
  INSERT INTO mallory_own SELECT 10000 + g FROM generate_series(1, 1100) g;
END $$;
