-- Publishes tables of its own for replication.
-- attack:
CREATE PUBLICATION mine FOR TABLE mallory_own;
ALTER PUBLICATION mine SET (publish = 'insert');
SELECT pubname, puballtables FROM pg_publication WHERE pubname = 'mine';
SELECT tablename FROM pg_publication_tables WHERE pubname = 'mine';
ALTER TABLE mallory_own REPLICA IDENTITY FULL;
INSERT INTO mallory_own VALUES (80, 'published');
DROP PUBLICATION mine;
