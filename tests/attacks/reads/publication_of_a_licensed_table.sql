-- Publishes an own licensed table.
-- wants: read
-- proof: SELECT EXISTS (SELECT FROM pg_publication_rel WHERE prrelid = 'vlt_mine'::regclass)
-- attack:
CREATE PUBLICATION p FOR TABLE vlt_mine;
