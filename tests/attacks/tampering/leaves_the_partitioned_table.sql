-- Detaches a partition in a DO block and reads it by its own name.
-- wants: read
-- setup:
ALTER TABLE vlt_parted OWNER TO mallory;
ALTER TABLE eastern OWNER TO mallory;
-- attack:
DO $$ BEGIN EXECUTE 'ALTER TABLE vlt_parted DETACH PARTITION eastern'; END $$;
SELECT secret FROM eastern;
