-- Replaces the body in the text that calls it.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
SELECT peek();
-- together
CREATE OR REPLACE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT secret FROM vlt_account LIMIT 1'; SELECT peek();
