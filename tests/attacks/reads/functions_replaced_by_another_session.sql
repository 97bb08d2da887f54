-- Replaces the body from another session right before the call.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
SELECT peek();
-- session: second
CREATE OR REPLACE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT secret FROM vlt_account LIMIT 1';
-- session: first
SELECT peek();
