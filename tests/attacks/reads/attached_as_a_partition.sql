-- Attaches a licensed table to an own partitioned one.
-- wants: read
-- attack:
CREATE TABLE above (id int NOT NULL, secret text) PARTITION BY RANGE (id);
ALTER TABLE above ATTACH PARTITION vlt_mine DEFAULT;
SELECT secret FROM above;
