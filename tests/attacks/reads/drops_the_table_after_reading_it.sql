-- Reads an own licensed table in a DO block, drops it there, and rolls the whole back.
-- wants: read
-- attack:
BEGIN;
DO $$ DECLARE x text; BEGIN SELECT secret INTO x FROM vlt_mine WHERE id = 1; DROP TABLE vlt_mine;
  RAISE NOTICE '%', x; END $$;
ROLLBACK;
