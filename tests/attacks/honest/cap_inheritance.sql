-- Fills a parent and its child up to the cap of each.
-- attack:
INSERT INTO dmo_parent SELECT n, 'x' FROM generate_series(1001, 1005) n;
INSERT INTO dmo_branch SELECT n, 'x' FROM generate_series(1001, 1005) n;
SELECT count(*) FROM dmo_parent;
