-- Replaces the body by dynamic SQL and calls it in the next statement.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
SELECT peek();
BEGIN;
SELECT run_any($q$CREATE OR REPLACE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT secret FROM vlt_account LIMIT 1'$q$);
SELECT peek();
COMMIT;
