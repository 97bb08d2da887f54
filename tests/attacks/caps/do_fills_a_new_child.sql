-- Makes a child of a capped table that is named like an open one, and fills it in the same block.
-- wants: fill
-- attack:
SET search_path = office, public;
DO $$ BEGIN
  CREATE TABLE office.mallory_own () INHERITS (dmo_mine);
  INSERT INTO mallory_own SELECT 10000 + g FROM generate_series(1, 1100) g;
END $$;
