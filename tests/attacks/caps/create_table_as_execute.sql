-- Makes a capped table of what a prepared statement returns.
-- wants: fill
-- attack:
PREPARE p AS SELECT n FROM generate_series(1, 1001) n;
CREATE TABLE dmo_made AS EXECUTE p;
