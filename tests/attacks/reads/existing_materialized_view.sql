-- Reads a materialized view that holds secrets.
-- wants: read
-- attack:
SELECT secret FROM account_summary;
