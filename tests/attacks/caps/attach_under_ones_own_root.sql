-- Puts a capped table under a root of its own with an open name, and fills it.
-- wants: fill
-- proof: SELECT count(*) > 1000 FROM dmo_mine
-- attack:
CREATE TABLE open_parent (id int, v text) PARTITION BY RANGE (id);
ALTER TABLE open_parent ATTACH PARTITION dmo_mine DEFAULT;
INSERT INTO dmo_mine SELECT n, 'x' FROM generate_series(1001, 1006) n;
