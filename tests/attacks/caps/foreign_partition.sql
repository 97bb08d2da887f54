-- Inserts into an open partitioned table whose partition leads back.
-- wants: fill
-- setup:
CALL open_ways_out();
CREATE FOREIGN TABLE own_far (id int, v text) SERVER loopback OPTIONS (schema_name 'public', table_name 'dmo_nearly');
ALTER FOREIGN TABLE own_far OWNER TO mallory;
-- attack:
CREATE TABLE open_parent (id int, v text) PARTITION BY RANGE (id);
ALTER TABLE open_parent ATTACH PARTITION own_far DEFAULT;
INSERT INTO open_parent SELECT n, 'x' FROM generate_series(1001, 1006) n;
