-- Inserts into an open partitioned table of which one partition is licensed.
-- wants: write
-- proof: SELECT count(*) > 0 FROM regions
-- setup:
CREATE TABLE regions (id int, region text) PARTITION BY LIST (region);
CREATE TABLE vlt_region PARTITION OF regions FOR VALUES IN ('eu');
GRANT ALL ON regions, vlt_region TO PUBLIC;
-- attack:
INSERT INTO regions VALUES (666, 'eu');
