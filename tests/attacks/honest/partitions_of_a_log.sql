-- Partitions a log by time: makes, attaches, detaches and drops partitions, with indexes and keys.
-- attack:
CREATE TABLE event (id bigserial, at date NOT NULL, body text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
CREATE INDEX event_at ON event (at);
INSERT INTO event (at, body) VALUES ('2025-05-01', 'a'), ('2026-05-01', 'b') RETURNING id, tableoid::regclass;
CREATE TABLE event_2027 (LIKE event INCLUDING ALL);
ALTER TABLE event ATTACH PARTITION event_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
UPDATE event SET at = '2025-06-01' WHERE body = 'b' RETURNING tableoid::regclass;
ALTER TABLE event DETACH PARTITION event_2027;
DROP TABLE event_2027;
SELECT count(*) FROM ONLY event;
SELECT tableoid::regclass, count(*) FROM event GROUP BY 1 ORDER BY 1;
SELECT inhrelid::regclass, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'event'::regclass ORDER BY 1;
SELECT * FROM pg_partition_tree('event') ORDER BY relid::text;
EXPLAIN (COSTS off) SELECT * FROM event WHERE at = '2025-05-01';
TRUNCATE event_2025;
DROP TABLE event;
CREATE TABLE hashed (id int) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT generate_series(1, 20);
SELECT count(*) FROM hashed;
