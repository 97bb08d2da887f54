-- Reads by grouping sets.
-- wants: read
-- attack:
SELECT secret FROM vlt_account GROUP BY GROUPING SETS ((secret), ());
