-- Gives the function that writes the count's text another meaning.
-- wants: fill
-- attack:
CREATE FUNCTION public.format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS
  'SELECT ''SELECT false''::text';
SET search_path = public, pg_catalog;
INSERT INTO dmo_nearly SELECT n, 'x' FROM generate_series(1001, 1006) n;
