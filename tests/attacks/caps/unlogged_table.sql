-- Fills a table that is not logged.
-- wants: fill
-- attack:
INSERT INTO dmo_unlogged SELECT n, 'x' FROM generate_series(1001, 1006) n;
