-- Gives the columns of the statistics new names.
-- wants: read
-- attack:
SELECT v FROM pg_stats AS s(a, b, c, d, e, f, g, v) WHERE b = 'vlt_account';
