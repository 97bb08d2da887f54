-- Makes partitions of a table that has a key and indexes, which every partition gets as well.
-- attack:
CREATE TABLE event (id bigint, at date NOT NULL, body text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX event_body ON event (body);
CREATE TABLE event_2025 PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
INSERT INTO event VALUES (1, '2025-05-01', 'a'), (2, '2026-05-01', 'a') RETURNING tableoid::regclass;
CREATE TABLE event_old (LIKE event INCLUDING ALL);
INSERT INTO event_old VALUES (3, '2020-01-01', 'c');
ALTER TABLE event ATTACH PARTITION event_old FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
SELECT count(*) FROM event;
CREATE INDEX event_at ON event (at);
ALTER TABLE event DETACH PARTITION event_old;
CREATE TABLE dmo_event (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
CREATE TABLE dmo_event_low PARTITION OF dmo_event FOR VALUES FROM (0) TO (1000000);
INSERT INTO dmo_event SELECT n, 'v' FROM generate_series(1, 1000) n;
CREATE TABLE dmo_event_high PARTITION OF dmo_event DEFAULT;
SELECT count(*) FROM dmo_event;
