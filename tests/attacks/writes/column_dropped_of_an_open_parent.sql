-- Drops a column of an open table, and so that of a licensed one that inherits it.
-- wants: write
-- proof: SELECT NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'vlt_history'::regclass AND attname = 'body' AND NOT attisdropped)
-- setup:
ALTER TABLE history OWNER TO mallory;
ALTER TABLE vlt_history OWNER TO mallory;
-- attack:
ALTER TABLE history DROP COLUMN body CASCADE;
