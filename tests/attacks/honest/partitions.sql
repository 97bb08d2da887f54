-- Makes a partitioned table, fills and attaches.
-- attack:
CREATE TABLE log (id int NOT NULL, v text) PARTITION BY RANGE (id);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (0) TO (100);
CREATE TABLE log_2 (id int NOT NULL, v text);
ALTER TABLE log ATTACH PARTITION log_2 FOR VALUES FROM (100) TO (200);
INSERT INTO log SELECT n, 'x' FROM generate_series(90, 110) n;
SELECT tableoid::regclass, count(*) FROM log GROUP BY 1 ORDER BY 1;
