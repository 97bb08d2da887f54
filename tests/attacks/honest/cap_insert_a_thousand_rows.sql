-- Fills an empty table with a thousand rows.
-- attack:
INSERT INTO dmo_empty SELECT n, 'x' FROM generate_series(1, 1000) n;
SELECT count(*) FROM dmo_empty;
