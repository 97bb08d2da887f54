-- Publishes an own licensed table.
-- wants: read
-- shows: vlt_mine
-- attack:
CREATE PUBLICATION p FOR TABLE vlt_mine;
SELECT tablename FROM pg_publication_tables WHERE pubname = 'p';
