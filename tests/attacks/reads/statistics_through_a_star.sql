-- Reads the statistics by a star and renamed columns.
-- wants: read
-- attack:
SELECT t.* FROM (SELECT * FROM pg_stats) AS t (a, b, c, d, e, f, g, h, i) WHERE b = 'vlt_account';
