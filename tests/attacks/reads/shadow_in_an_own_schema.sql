-- Hides an open table behind a view in an own schema on the search path.
-- wants: read
-- attack:
CREATE SCHEMA den;
CREATE VIEW den.item AS SELECT read_any('SELECT secret FROM public.vlt_account') AS title;
SET search_path = den, public;
SELECT title FROM item;
