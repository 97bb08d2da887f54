-- Returns an expression without a block around it.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE sql RETURN (SELECT secret FROM vlt_account LIMIT 1);
SELECT peek();
