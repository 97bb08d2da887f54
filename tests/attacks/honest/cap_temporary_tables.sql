-- Fills temporary tables as far as it likes.
-- attack:
CREATE TEMP TABLE dmo_heap AS SELECT n FROM generate_series(1, 3000) n;
INSERT INTO dmo_heap SELECT n FROM generate_series(1, 3000) n;
SELECT count(*) FROM dmo_heap;
