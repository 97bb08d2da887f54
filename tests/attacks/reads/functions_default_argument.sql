-- Reads by the default of an argument.
-- wants: read
-- attack:
CREATE FUNCTION peek(found text DEFAULT account_text(1)) RETURNS text LANGUAGE sql AS 'SELECT found';
SELECT peek();
