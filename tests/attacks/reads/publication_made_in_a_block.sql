-- Publishes an own licensed table inside a DO block.
-- wants: read
-- proof: SELECT EXISTS (SELECT FROM pg_publication_rel WHERE prrelid = 'vlt_mine'::regclass)
-- attack:
CREATE PUBLICATION p;
DO $$ BEGIN EXECUTE 'ALTER PUBLICATION p ADD TABLE vlt_mine'; END $$;
