-- Asks what depends on a table.
-- attack:
SELECT DISTINCT deptype FROM pg_depend WHERE refobjid = 'customer'::regclass ORDER BY 1;
