-- Copies a licensed table, drops it and gives the copy its place, all in one block.
-- wants: read
-- attack:
DO $$ BEGIN
  CREATE TABLE copy AS SELECT * FROM vlt_mine;
  DROP TABLE vlt_mine;
END $$;
SELECT secret FROM copy;
