-- Reads by an operator of any type inside another body.
-- wants: read
-- attack:
CREATE FUNCTION peek(anyelement, anyelement) RETURNS text LANGUAGE sql
  AS 'SELECT secret FROM vlt_account LIMIT 1';
CREATE OPERATOR <@@> (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = peek);
CREATE FUNCTION harmless() RETURNS text LANGUAGE sql AS 'SELECT 1 <@@> 2';
SELECT harmless();
