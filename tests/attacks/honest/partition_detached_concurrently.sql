-- Takes a partition out while others work.
-- attack:
CREATE TABLE days (d int) PARTITION BY RANGE (d);
CREATE TABLE day_one PARTITION OF days FOR VALUES FROM (0) TO (10);
INSERT INTO days VALUES (1);
ALTER TABLE days DETACH PARTITION day_one CONCURRENTLY;
SELECT * FROM day_one;
DROP TABLE days, day_one;
