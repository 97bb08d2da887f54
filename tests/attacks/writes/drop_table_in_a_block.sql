-- Drops an own licensed table inside a DO block.
-- wants: write
-- attack:
DO $$ BEGIN DROP TABLE vlt_mine; END $$;
