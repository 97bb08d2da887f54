-- Attaches a licensed table to an own partitioned one inside a DO block.
-- wants: read
-- attack:
CREATE TABLE above (id int NOT NULL, secret text) PARTITION BY RANGE (id);
DO $$ BEGIN EXECUTE 'ALTER TABLE above ATTACH PARTITION vlt_mine DEFAULT'; END $$;
SELECT secret FROM above;
