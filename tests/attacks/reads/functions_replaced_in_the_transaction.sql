-- Replaces the body in the transaction that calls it.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
SELECT peek();
BEGIN;
CREATE OR REPLACE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT secret FROM vlt_account LIMIT 1';
SELECT peek();
COMMIT;
