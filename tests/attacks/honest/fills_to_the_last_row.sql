-- Fills a capped table with exactly as many rows as there is room for.
-- attack:
INSERT INTO dmo_nearly SELECT n FROM generate_series(1001, 1005) n;
DELETE FROM dmo_nearly WHERE id = 1;
INSERT INTO dmo_nearly VALUES (1, 'again') RETURNING v;
SELECT count(*) FROM dmo_nearly;
