-- Fills a materialized view by a function that runs a text.
-- wants: read
-- attack:
CREATE MATERIALIZED VIEW loot AS SELECT read_any('SELECT secret FROM public.vlt_account') AS s WITH NO DATA;
REFRESH MATERIALIZED VIEW loot;
SELECT * FROM loot;
