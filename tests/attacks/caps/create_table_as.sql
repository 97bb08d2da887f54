-- Makes a capped table with its rows.
-- wants: fill
-- attack:
CREATE TABLE dmo_made AS SELECT n FROM generate_series(1, 1001) n;
