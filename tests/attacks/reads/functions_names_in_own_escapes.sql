-- Names the table in Unicode escapes with a character of its own.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE sql
  AS 'SELECT secret FROM U&"vl!0074_account" UESCAPE ''!'' LIMIT 1';
SELECT peek();
