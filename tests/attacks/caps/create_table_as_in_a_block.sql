-- Makes a capped table with its rows in a block.
-- wants: fill
-- attack:
DO $$ BEGIN EXECUTE 'CREATE TABLE ' || 'dmo_made AS SELECT n FROM generate_series(1, 1001) n'; END $$;
