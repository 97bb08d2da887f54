-- Fills a capped partition while its parent's name is open.
-- wants: fill
-- proof: SELECT count(*) > 1000 FROM dmo_slice
-- attack:
CREATE TABLE open_parent (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE dmo_slice PARTITION OF open_parent FOR VALUES FROM (1) TO (5000);
INSERT INTO open_parent SELECT n, 'x' FROM generate_series(1, 1001) n;
